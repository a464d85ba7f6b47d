{#-
    A 64-bit hash of a row's typed columns, to tell equal rows from different ones.
    It is only compared among the rows of one key, where a collision of two is a chance of 2^-64.
-#}
{%- macro row_hash(contract) -%}
{%- set values = [] -%}
{%- for column in contract.columns -%}{%- do values.append(adapter.quote(column.name)) -%}{%- endfor -%}
{{ return(adapter.dispatch('row_hash', 'commerce_marts')(values)) }}
{%- endmacro -%}

{%- macro default__row_hash(values) -%}hash({{ values | join(', ') }}){%- endmacro -%}

{%- macro spark__row_hash(values) -%}xxhash64({{ values | join(', ') }}){%- endmacro -%}
