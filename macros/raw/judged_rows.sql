{%- macro judged_rows(contract, relation, raw) -%}
{%- set names = contract.columns | map(attribute='name') | list -%}
{%- set key = quoted_names(contract.key) -%}
{%- set order = adapter.quote(contract.id_column or '') -%}
{#- Rows with equal values of these columns are compared with each other. -#}
{%- set compared = [contract.id_column] if contract.same_in_order else contract.key -%}
{%- set reason = reason_or_test_traffic(contract, '_reason_by_key') -%}
(
    with {{ typed_rows(contract, relation, raw) }},

    judged_alone {{ as_inlined() }} (
        select
            *,
            {% if compared -%}
            {{ row_hash(compared) }} as _compared_hash,
            {% endif -%}
            {{ rejection_reason(contract) | indent(12) }} as _reason
        from typed_rows
    )
    {%- if not compared %}

    select
        {{ quoted_names(names) }},
        {{ reason_or_test_traffic(contract, '_reason') }} as left_out_reason,
        _raw_row as raw_row,
        _source_file as source_file
    from judged_alone
    {%- else %},

    rows_to_compare as (
        {%- if contract.key %}
        select min(_compared_hash) as _compared_hash
        from judged_alone
        group by {{ row_hash(contract.key) }}
        having count(*) > 1
        {%- endif %}
        {%- if contract.key and contract.same_in_order %}
        union
        {%- endif %}
        {%- if contract.same_in_order %}
        select _compared_hash
        from judged_alone
        group by _compared_hash
        having
            {%- for name in contract.same_in_order %}
            {{ 'or ' if not loop.first }}min({{ adapter.quote(name) }}) <> max({{ adapter.quote(name) }})
            {%- endfor %}
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
                    partition by {{ key }}, _reason, {{ row_hash(names) }} order by _delivery desc
                ) > 1 then 'repeat: equal to another row'
                when _delivery < max(_delivery) over (partition by {{ key }}, _reason)
                    then 'superseded: a later delivery holds another row with this key'
                when min({{ row_hash(names) }}) over (partition by {{ key }}, _reason, _delivery)
                    <> max({{ row_hash(names) }}) over (partition by {{ key }}, _reason, _delivery)
                    then 'rejected: contradicts another row with the same {{ contract.key | join(", ") }}'
            end as _reason_by_key
            {%- else -%}
            _reason as _reason_by_key
            {%- endif %}
        from judged_alone
        inner join rows_to_compare
            on judged_alone._compared_hash = rows_to_compare._compared_hash
    )

    select
        {{ quoted_names(names) }},
        {{ reason_or_test_traffic(contract, '_reason') }} as left_out_reason,
        _raw_row as raw_row,
        _source_file as source_file
    from judged_alone
    left join rows_to_compare
        on judged_alone._compared_hash = rows_to_compare._compared_hash
    where rows_to_compare._compared_hash is null

    union all

    select
        {{ quoted_names(names) }},
        {% if contract.same_in_order -%}
        case
            when {{ reason }} is not null then {{ reason }}
            {%- for name in contract.same_in_order %}
            {%- set usable = 'case when ' ~ reason ~ ' is null then ' ~ adapter.quote(name) ~ ' end' %}
            when min({{ usable }}) over (partition by {{ order }}) <> max({{ usable }}) over (partition by {{ order }})
                then 'rejected: {{ name }} contradicts another line of the order'
            {%- endfor %}
        end as left_out_reason,
        {%- else -%}
        {{ reason }} as left_out_reason,
        {%- endif %}
        _raw_row as raw_row,
        _source_file as source_file
    from judged_by_key
    {%- endif %}
)
{%- endmacro -%}
