{%- macro as_inlined() -%}{{ return(adapter.dispatch('as_inlined', 'commerce_marts')()) }}{%- endmacro -%}

{%- macro default__as_inlined() -%}as{%- endmacro -%}

{%- macro duckdb__as_inlined() -%}as not materialized{%- endmacro -%}
