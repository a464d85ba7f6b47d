{#-
    A 64-bit hash of columns, null among them: row_hash(['order_id', 'lineitem_id']). It tells equal rows from
    different ones, and is only compared among few rows, where a collision of two is a chance of 2^-64.
-#}
{%- macro row_hash(names) -%}
{{ return(adapter.dispatch('row_hash', 'commerce_marts')(names)) }}
{%- endmacro -%}

{%- macro default__row_hash(names) -%}hash({{ quoted_names(names) }}){%- endmacro -%}

{%- macro spark__row_hash(names) -%}xxhash64({{ quoted_names(names) }}){%- endmacro -%}
