{%- macro row_as_struct(names) -%}
{{ return(adapter.dispatch('row_as_struct', 'commerce_marts')(names)) }}
{%- endmacro -%}

{%- macro default__row_as_struct(names) -%}
named_struct({% for name in names %}{{ sql_text(name | lower) }}, {{ quoted_name(name) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro -%}

{%- macro duckdb__row_as_struct(names) -%}
struct_pack({% for name in names %}{{ quoted_name(name | lower) }} := {{ quoted_name(name) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro -%}

{%- macro snowflake__row_as_struct(names) -%}
object_construct_keep_null({% for name in names %}{{ sql_text(name | lower) }}, {{ quoted_name(name) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro -%}
