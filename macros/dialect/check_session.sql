{%- macro check_session() -%}
{%- if execute -%}{{ return(adapter.dispatch('check_session', 'commerce_marts')()) }}{%- endif -%}
{%- endmacro -%}

{%- macro default__check_session() -%}{%- endmacro -%}

{#- A Thrift Server ignores settings that it gets in another form than it expects, without a word. -#}
{%- macro spark__check_session() -%}
{%- set needed = {
    'spark.sql.session.timeZone': ['UTC', 'Etc/UTC'],
    'spark.sql.ansi.enabled': ['false'],
    'spark.sql.parquet.inferTimestampNTZ.enabled': ['false'],
} -%}
{%- for name, values in needed.items() -%}
    {%- set found = run_query('set ' ~ name).rows[0][1] -%}
    {%- if found not in values -%}
        {%- do exceptions.raise_compiler_error(
            "Spark's setting " ~ name ~ " is '" ~ found ~ "', and must be '" ~ values[0] ~ "': other values would come out than on"
            ~ " DuckDB. profiles.yml asks for it, but the server has not taken it. Set it on the server.") -%}
    {%- endif -%}
{%- endfor -%}
{%- endmacro -%}
