{%- macro row_hash(names) -%}{{ return(adapter.dispatch('row_hash', 'commerce_marts')(names)) }}{%- endmacro -%}

{%- macro default__row_hash(names) -%}hash({{ quoted_names(names) }}){%- endmacro -%}

{%- macro spark__row_hash(names) -%}xxhash64({{ quoted_names(names) }}){%- endmacro -%}
