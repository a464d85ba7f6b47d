{%- macro has_runner() -%}{{ return(adapter.dispatch('has_runner', 'commerce_marts')()) }}{%- endmacro -%}

{%- macro default__has_runner() -%}{{ return(false) }}{%- endmacro -%}

{%- macro duckdb__has_runner() -%}{{ return(true) }}{%- endmacro -%}
