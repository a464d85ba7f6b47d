{#-
    The contract's columns of a raw table, trimmed and typed, for a select list: typed_columns(contract, types).
    Beside a column that is not text stands given_<column>: whether there was anything to read.
-#}
{%- macro typed_columns(contract, types) -%}
{%- for column in contract.columns -%}
{%- set name = adapter.quote(column.name) -%}
{{ typed(name, column.type, types[column.name]) }} as {{ name }}
{%- if column.type != 'string' -%}
, {{ trimmed(name) }} is not null as {{ adapter.quote('given_' ~ column.name) }}
{%- endif -%}
{{ ', ' if not loop.last }}
{% endfor -%}
{%- endmacro -%}
