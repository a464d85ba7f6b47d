{#-
    The CTEs raw_texts and typed_rows, for use after `with`: the contract's columns of a relation,
    trimmed once and typed once. For a column that is not text, given_<column>: if it had a value
    that is not one of the var null_words; for a decimal, if it is too large, too_large_<column>.
    raw: what raw_columns() gives.
-#}
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
            {%- set value = typed(name, column.type, given, contract.time_zone) %}
            {%- set is_word_for_nothing = 'cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ') in ' ~ sql_texts(var('null_words')) %}
            {%- if column.name in raw.look_ups %}
            case when {{ is_word_for_nothing }} and {{ name }} not in ({{ raw.look_ups[column.name] }}) then null else {{ name }} end as {{ name }},
            {%- else %}
            {{ value }} as {{ name }},
            {%- endif %}
            {%- if not is_text_type(column.type) %}
            {{ name }} is not null and ({{ value }} is not null{{ ' or not ' ~ is_word_for_nothing if not is_read_as_it_is(column.type, given) }}) as {{ adapter.quote('given_' ~ column.name) }},
            {%- endif %}
            {%- if column.type == 'decimal' %}
            {{ value }} is null and abs(try_cast({{ name }} as double)) >= 1e12 as {{ adapter.quote('too_large_' ~ column.name) }},
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
