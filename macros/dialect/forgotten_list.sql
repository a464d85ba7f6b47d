{%- macro forgotten_list(list) -%}{{ return(adapter.dispatch('forgotten_list', 'commerce_marts')(list)) }}{%- endmacro -%}

{%- macro default__forgotten_list(list) -%}{{ return(list) }}{%- endmacro -%}

{%- macro duckdb__forgotten_list(list) -%}
{{ return("read_csv(" ~ sql_text(list) ~ ", header = true, all_varchar = true)") }}
{%- endmacro -%}
