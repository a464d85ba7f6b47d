{%- macro typed_rows(contract, relation, raw) -%}
{%- set scope = scoped_order_id(contract, raw) -%}
raw_texts {{ as_inlined() }} (
        select
            {%- for column in contract.columns %}
            {{ raw_text(adapter.quote(column.name), column.type, raw.types[column.name]) }} as {{ adapter.quote(column.name) }},
            {%- endfor %}
            {{ raw.delivery }} as _delivery,
            {{ raw.raw_row }} as _raw_row,
            {{ raw.source_file }} as _source_file
        from {{ relation }} as raw_table
    ),

    {{ 'typed_values' if scope else 'typed_rows' }} {{ as_inlined() }} (
        select
            {%- for column in contract.columns %}
            {%- set name = adapter.quote(column.name) %}
            {%- set given = raw.types[column.name] %}
            {%- if column.name in raw.look_ups %}
            case when {{ name }} in {{ sql_texts(var('null_words')) }} and {{ name }} not in ({{ raw.look_ups[column.name] }}) then null else {{ name }} end as {{ name }},
            {%- else %}
            {{ typed(name, column.type, given, contract.time_zone) }} as {{ name }},
            {%- endif %}
            {%- if not is_text_type(column.type) %}
            {{ name }} as {{ adapter.quote('raw_' ~ column.name) }},
            {%- endif %}
            {%- if column.name == contract.local_moment %}
            {{ typed(name, column.type, given, contract.time_zone, as_utc=true) }} as {{ adapter.quote(column.name ~ '_utc') }},
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
            {{ scope }} as {{ adapter.quote(contract.id_column) }},
            typed_values.{{ adapter.quote(contract.id_column) }} as feed_order_id,
            {%- for column in contract.columns %}
            {%- if column.name != contract.id_column %}
            {{ adapter.quote(column.name) }},
            {%- endif %}
            {%- if not is_text_type(column.type) %}
            {{ adapter.quote('raw_' ~ column.name) }},
            {%- endif %}
            {%- if column.name == contract.local_moment %}
            {{ adapter.quote(column.name ~ '_utc') }},
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
{%- set parts = ['typed_values.' ~ adapter.quote(contract.id_column)] -%}
{%- if contract.returns.location -%}{%- do parts.append(adapter.quote(contract.returns.location)) -%}{%- endif -%}
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
            on {{ rows }}.{{ adapter.quote(contract.returns.location) }} = time_zones._location
{%- endif -%}
{%- endmacro -%}
