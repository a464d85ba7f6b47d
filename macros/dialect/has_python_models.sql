{%- macro has_python_models() -%}{{ return(adapter.dispatch('has_python_models', 'commerce_marts')()) }}{%- endmacro -%}

{%- macro default__has_python_models() -%}{{ return(false) }}{%- endmacro -%}

{%- macro duckdb__has_python_models() -%}{{ return(true) }}{%- endmacro -%}
