{%- macro typed_rows(contract, relation, raw) -%}
{%- set scope = scoped_order_id(contract, raw) -%}
raw_texts {{ as_inlined() }} (
        select
            {%- for column in contract.columns %}
            {{ raw_text(quoted_name(column.name), column.type, raw.types[column.name]) }} as {{ quoted_name(column.name) }},
            {%- endfor %}
            {{ raw.delivery }} as _delivery,
            {{ raw.raw_row }} as _raw_row,
            {{ raw.source_file }} as _source_file
        from {{ relation }} as raw_table
    ),

    {{ 'typed_values' if scope else 'typed_rows' }} {{ as_inlined() }} (
        select
            {%- for column in contract.columns %}
            {%- set name = quoted_name(column.name) %}
            {%- set given = raw.types[column.name] %}
            {%- if column.name in raw.look_ups %}
            case when {{ name }} in {{ sql_texts(var('null_words')) }} and {{ name }} not in ({{ raw.look_ups[column.name] }}) then null else {{ name }} end as {{ name }},
            {%- else %}
            {{ typed(name, column.type, given, contract.time_zone) }} as {{ name }},
            {%- endif %}
            {%- if not is_text_type(column.type) %}
            {{ name }} as {{ quoted_name('raw_' ~ column.name) }},
            {%- endif %}
            {%- if column.name == contract.local_moment %}
            {{ typed(name, column.type, given, contract.time_zone, as_utc=true) }} as {{ quoted_name(column.name ~ '_utc') }},
            {%- endif %}
            {%- endfor %}
            _delivery,
            _raw_row,
            _source_file
        from raw_texts
    )
    {%- if scope %},

    typed_rows {{ as_inlined() }} (
        select
            {{ scope }} as {{ quoted_name(contract.id_column) }},
            typed_values.{{ quoted_name(contract.id_column) }} as feed_order_id,
            {%- for column in contract.columns %}
            {%- if column.name != contract.id_column %}
            {{ quoted_name(column.name) }},
            {%- endif %}
            {%- if not is_text_type(column.type) %}
            {{ quoted_name('raw_' ~ column.name) }},
            {%- endif %}
            {%- if column.name == contract.local_moment %}
            {{ quoted_name(column.name ~ '_utc') }},
            {%- endif %}
            {%- endfor %}
            _delivery,
            _raw_row,
            _source_file
        from typed_values
        {{ join_time_zones(contract, raw, 'typed_values') }}
    )
    {%- endif %}
{%- endmacro -%}

{%- macro scoped_order_id(contract, raw) -%}
{%- set scope = order_id_scope(contract) -%}
{%- if scope == 'feed' -%}{{ return('') }}{%- endif -%}
{%- set parts = ['typed_values.' ~ quoted_name(contract.id_column)] -%}
{%- if contract.returns.location -%}{%- do parts.append(quoted_name(contract.returns.location)) -%}{%- endif -%}
{%- if scope == 'location_day' -%}
    {%- do parts.append('cast(' ~ local_day(contract, raw) ~ ' as ' ~ dbt.type_string() ~ ')') -%}
{%- endif -%}
{{ return(parts | join(" || '@' || ")) }}
{%- endmacro -%}

{%- macro order_id_scope(contract) -%}
{%- set setting = var('order_id_is_unique_per') -%}
{%- set scope = setting.get(contract.domain, 'feed') if setting is mapping else setting -%}
{%- if scope not in ['feed', 'location', 'location_day'] -%}
    {%- do exceptions.raise_compiler_error(
        "order_id_is_unique_per: expected feed, location or location_day, found '" ~ scope ~ "'.") -%}
{%- endif -%}
{#- Only these feeds come from tills, which may count from 1 again. -#}
{{ return(scope if contract.returns else 'feed') }}
{%- endmacro -%}

{%- macro join_time_zones(contract, raw, rows) -%}
{%- if raw.time_zones -%}
left join ({{ raw.time_zones }}) as time_zones
            on {{ rows }}.{{ quoted_name(contract.returns.location) }} = time_zones._location
{%- endif -%}
{%- endmacro -%}
