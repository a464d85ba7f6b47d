{%- macro landed_database() -%}{{ return(adapter.dispatch('landed_database', 'commerce_marts')()) }}{%- endmacro -%}

{%- macro default__landed_database() -%}{{ return(var('raw_database') or target.database or none) }}{%- endmacro -%}

{%- macro duckdb__landed_database() -%}{{ return('landed') }}{%- endmacro -%}
