{%- macro row_hash(names) -%}{{ return(adapter.dispatch('row_hash', 'commerce_marts')(names)) }}{%- endmacro -%}

{%- macro default__row_hash(names) -%}hash({{ quoted_names(names) }}){%- endmacro -%}

{#- Spark's hash passes over nulls: without the flags (null, a) and (a, null) would be equal. -#}
{%- macro spark__row_hash(names) -%}
xxhash64({% for name in names %}{{ quoted_name(name) }}, {{ quoted_name(name) }} is null{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro -%}
