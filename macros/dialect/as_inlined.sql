{#-
    How a CTE begins that the engine shall read again each time instead of keeping its rows: `rows {{ as_inlined() }} (...)`.
    DuckDB keeps what is asked for twice in memory: of 10 million order lines that was 8 GB.
-#}
{%- macro as_inlined() -%}
{{ return(adapter.dispatch('as_inlined', 'commerce_marts')()) }}
{%- endmacro -%}

{%- macro default__as_inlined() -%}as{%- endmacro -%}

{%- macro duckdb__as_inlined() -%}as not materialized{%- endmacro -%}
