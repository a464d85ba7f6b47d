{#-
    Makes the engine compute a CTE again for each use: `rows {{ as_inlined() }} (...)`. DuckDB keeps
    a CTE that is used twice in memory: 8 GB for 10 million order lines.
-#}
{%- macro as_inlined() -%}
{{ return(adapter.dispatch('as_inlined', 'commerce_marts')()) }}
{%- endmacro -%}

{%- macro default__as_inlined() -%}as{%- endmacro -%}

{%- macro duckdb__as_inlined() -%}as not materialized{%- endmacro -%}
