{%- macro drops_columns() -%}{{ return(adapter.dispatch('drops_columns', 'commerce_marts')()) }}{%- endmacro -%}

{%- macro default__drops_columns() -%}{{ return(false) }}{%- endmacro -%}

{%- macro duckdb__drops_columns() -%}{{ return(true) }}{%- endmacro -%}
