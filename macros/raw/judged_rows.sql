{%- macro judged_rows(contract, relation, raw) -%}
{%- set is_whole = raw.has_deliveries and is_delivered_whole(contract) -%}
{%- set unit = ([contract.id_column] if contract.id_column else []) -%}
{%- set unit_columns = quoted_names(unit) ~ (', _is_return, _return_day' if contract.returns else '') -%}
{%- set within = unit_columns ~ (', _delivery' if is_whole else '') -%}
{#- Rows of one return day and of the sale may have the same key. -#}
{%- set key = quoted_names(contract.key) ~ (', _is_return, _return_day' if contract.returns else '') ~ (', _delivery' if is_whole else '') -%}
{%- set compared = unit if is_whole or contract.same_in_order else contract.key -%}
{#- One number for all that may differ within an order: a minimum of texts takes much more time and memory. -#}
{%- set agreeing = contract.same_in_order + (['_delivery'] if is_whole else []) -%}
{%- set by_key = reason_or_test_traffic(contract, '_reason_by_key') -%}
(
    with {{ typed_rows(contract, relation, raw) }},

    judged_alone {{ as_inlined() }} (
        select
            typed_rows.*,
            {% if compared -%}
            {{ row_hash(compared) }} as _compared_hash,
            {% endif -%}
            {% if contract.returns -%}
            {{ is_return(contract) }} as _is_return,
            case when {{ is_return(contract) }} then {{ local_day(contract, raw) }} end as _return_day,
            {% endif -%}
            {{ rejection_reason(contract) | indent(12) }} as _reason
        from typed_rows
        {{ join_time_zones(contract, raw, 'typed_rows') if contract.returns }}
    )
    {%- if not compared %}

    select
        {{ raw_output(contract, reason_or_test_traffic(contract, '_reason')) }},
        false as is_compared
    from judged_alone
    {%- else %},

    rows_to_compare as (
        {%- if contract.key %}
        select min(_compared_hash) as _compared_hash
        from judged_alone
        group by {{ row_hash(contract.key) }}
        having count(*) > 1
        {%- endif %}
        {%- if compared != contract.key %}
        {{ 'union' if contract.key }}
        select _compared_hash
        from judged_alone
        group by _compared_hash
        having min({{ row_hash(agreeing) }}) <> max({{ row_hash(agreeing) }})
        {%- endif %}
    ),

    judged_by_key as (
        select
            judged_alone.*,
            {% if contract.key -%}
            case
                when _reason is not null then _reason
                -- Equal rows are interchangeable, so any order of them gives the same result.
                when row_number() over (
                    partition by {{ key }}, _reason, {{ row_hash(names_of(contract)) }} order by _delivery desc
                ) > 1 then 'repeat: equal to another row'
                when _delivery < max(_delivery) over (partition by {{ key }}, _reason)
                    then 'superseded: a later delivery holds another row with this key'
                when min({{ row_hash(names_of(contract)) }}) over (partition by {{ key }}, _reason, _delivery)
                    <> max({{ row_hash(names_of(contract)) }}) over (partition by {{ key }}, _reason, _delivery)
                    then 'rejected: contradicts another row with the same {{ contract.key | join(", ") }}'
            end as _reason_by_key
            {%- else -%}
            _reason as _reason_by_key
            {%- endif %}
        from judged_alone
        inner join rows_to_compare
            on judged_alone._compared_hash = rows_to_compare._compared_hash
    ),

    judged_by_order as (
        select
            *,
            case
                when {{ by_key }} is not null then {{ by_key }}
                {%- for column in contract.columns if column.name in contract.same_in_order %}
                {%- set usable = 'case when ' ~ by_key ~ ' is null then ' ~ quoted_name(column.name) ~ ' end' %}
                {%- set first = 'min(' ~ usable ~ ') over (partition by ' ~ within ~ ')' %}
                when max({{ usable }}) over (partition by {{ within }})
                    {{ '>= ' ~ dbt.dateadd('day', 1, first) if column.type == 'timestamp' else '<> ' ~ first }}
                    then 'rejected: {{ column.name }} contradicts another line of the order'
                {%- endfor %}
            end as _reason_by_order
        from judged_by_key
    )

    select
        {{ raw_output(contract, reason_or_test_traffic(contract, '_reason')) }},
        false as is_compared
    from judged_alone
    left join rows_to_compare
        on judged_alone._compared_hash = rows_to_compare._compared_hash
    where rows_to_compare._compared_hash is null

    union all

    select
        {%- set reason %}
        {%- if is_whole -%}
        case
            when _reason_by_order is not null then _reason_by_order
            when
                _delivery < max(case when _reason_by_order is null then _delivery end) over (partition by {{ unit_columns }})
                then {{ "case when _is_return then 'superseded: a later delivery holds these returns' else 'superseded: a later delivery holds this order' end"
                    if contract.returns else "'superseded: a later delivery holds this order'" }}
        end
        {%- else -%}
        _reason_by_order
        {%- endif %}
        {%- endset %}
        {{ raw_output(contract, reason) }},
        true as is_compared
    from judged_by_order
    {%- endif %}
)
{%- endmacro -%}

{%- macro raw_output(contract, reason) -%}
{{ quoted_names(names_of(contract)) }},
        {%- if contract.local_moment %}
        {{ quoted_name(contract.local_moment ~ '_utc') }},
        {%- endif %}
        {%- if contract.returns %}
        _is_return as is_return, _return_day as return_date, {# -#}
        {{ 'feed_order_id' if order_id_scope(contract) != 'feed' else quoted_name(contract.id_column) }} as feed_order_id,
        {%- endif %}
        {{ reason | indent(8) }} as left_out_reason,
        _raw_row as raw_row, _source_file as source_file, _delivery as delivery
{%- endmacro -%}

{%- macro names_of(contract) -%}
{{ return(contract.columns | map(attribute='name') | list) }}
{%- endmacro -%}

{%- macro is_return(contract) -%}
(coalesce({{ quoted_name(contract.returns.quantity) }} < 0, false) or coalesce({{ quoted_name(contract.returns.amount) }} < 0, false))
{%- endmacro -%}

{%- macro local_day(contract, raw) -%}
{%- set at = quoted_name(contract.returns.at) -%}
{%- if contract.returns.time_zones -%}
    {%- set default = sql_text(var('restaurant_default_timezone')) -%}
    {%- set at = to_local_time(at, 'coalesce(_time_zone, ' ~ default ~ ')' if raw.time_zones else default) -%}
{%- endif -%}
cast({{ at }} as date)
{%- endmacro -%}

{%- macro is_delivered_whole(contract) -%}
{%- set setting = var('orders_are_delivered_whole') -%}
{%- set setting = setting.get(contract.domain, true) if setting is mapping else setting -%}
{{ return(setting and contract.part_of == 'order' and not contract.stands_alone and not contract.follows) }}
{%- endmacro -%}
