{%- macro engine_version() -%}{{ return(adapter.dispatch('engine_version', 'commerce_marts')()) }}{%- endmacro -%}

{%- macro default__engine_version() -%}version(){%- endmacro -%}

{%- macro snowflake__engine_version() -%}current_version(){%- endmacro -%}
