{%- macro typed_rows(contract, relation, raw) -%}
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

    typed_rows {{ as_inlined() }} (
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
{%- endmacro -%}
