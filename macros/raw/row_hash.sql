{#-
    A 64-bit hash of typed columns of the contract, null among them: row_hash(contract.columns). It tells
    equal rows from different ones, and is only compared among the rows of one key, where a collision of
    two is a chance of 2^-64.
-#}
{%- macro row_hash(columns) -%}
{%- set values = [] -%}
{%- for column in columns -%}{%- do values.append(adapter.quote(column.name)) -%}{%- endfor -%}
{{ return(adapter.dispatch('row_hash', 'commerce_marts')(values)) }}
{%- endmacro -%}

{%- macro default__row_hash(values) -%}hash({{ values | join(', ') }}){%- endmacro -%}

{%- macro spark__row_hash(values) -%}xxhash64({{ values | join(', ') }}){%- endmacro -%}
