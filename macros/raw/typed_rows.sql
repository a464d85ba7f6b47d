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
            {%- if column.type == 'string' %}
            {{ name }},
            {%- else %}
            {{ typed(name, column.type, raw.types[column.name]) }} as {{ name }}, {{ name }} is not null as {{ adapter.quote('given_' ~ column.name) }},
            {%- endif %}
            {%- endfor %}
            _delivery,
            _raw_row,
            _source_file
        from raw_texts
    )
{%- endmacro -%}
