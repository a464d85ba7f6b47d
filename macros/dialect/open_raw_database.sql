{%- macro open_raw_database() -%}{{ return(adapter.dispatch('open_raw_database', 'commerce_marts')()) }}{%- endmacro -%}

{%- macro default__open_raw_database() -%}{%- endmacro -%}

{%- macro duckdb__open_raw_database() -%}
{%- if var('raw_database') -%}
    {%- do run_query('attach if not exists ' ~ sql_text(var('raw_database')) ~ ' as landed (read_only)') -%}
{%- endif -%}
{%- endmacro -%}
