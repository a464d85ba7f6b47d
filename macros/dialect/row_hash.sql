{#-
    A 64-bit hash of columns, including nulls: row_hash(['order_id', 'lineitem_id']). It tells if
    rows are equal. Few rows are compared, and the chance that two collide is 2^-64.
-#}
{%- macro row_hash(names) -%}
{{ return(adapter.dispatch('row_hash', 'commerce_marts')(names)) }}
{%- endmacro -%}

{%- macro default__row_hash(names) -%}hash({{ quoted_names(names) }}){%- endmacro -%}

{%- macro spark__row_hash(names) -%}xxhash64({{ quoted_names(names) }}){%- endmacro -%}
