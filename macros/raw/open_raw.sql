{#-
    on-run-start: makes the raw relations that raw() reads, and the schema for rows set aside.
    files: a view raw_<domain>.<table> over the files of each table, in an incremental build only with the
    rows of touched orders; tables on DuckDB: the landed file, attached read-only; seeds: nothing. Stops the run where a table or a file's column is missing.
-#}
{%- macro open_raw() -%}
{%- if execute -%}
    {%- do check_domains() -%}
    {#- Here, once: staging models that run side by side would race to create it. -#}
    {%- do adapter.create_schema(
        api.Relation.create(database=target.database, schema=generate_schema_name('set_aside', none))) -%}
    {%- if var('raw_from') == 'files' -%}
        {%- if var('incremental') -%}{%- do find_touched() -%}{%- endif -%}
        {%- for domain in var('domains') -%}
            {%- do adapter.create_schema(api.Relation.create(database=target.database, schema='raw_' ~ domain)) -%}
            {%- for table in raw_contract()[domain] -%}
                {%- do open_raw_files(domain, table) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- elif var('raw_from') == 'tables' -%}
        {%- do open_raw_database() -%}
    {%- elif var('raw_from') != 'seeds' -%}
        {%- do exceptions.raise_compiler_error(
            "raw_from is '" ~ var('raw_from') ~ "'; it must be seeds, files or tables.") -%}
    {%- endif -%}
{%- endif -%}
{%- endmacro -%}

{#- on-run-end: takes the views over files away again, so that no warehouse points at raw files, and what was touched. -#}
{%- macro close_raw() -%}
{%- if execute and var('incremental') -%}{%- do adapter.drop_schema(touched_table('units')) -%}{%- endif -%}
{%- if execute and var('raw_from') == 'files' -%}
    {%- for domain in var('domains') -%}
        {%- do adapter.drop_schema(api.Relation.create(database=target.database, schema='raw_' ~ domain)) -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{%- macro check_domains() -%}
{%- set known = raw_contract().keys() | list -%}
{%- if var('domains') is string or not var('domains') -%}
    {%- do exceptions.raise_compiler_error(
        "The var domains is " ~ var('domains') ~ "; it must be a list such as [sales, greenery].") -%}
{%- endif -%}
{%- for domain in var('domains') if domain not in known -%}
    {%- do exceptions.raise_compiler_error(
        "Unknown domain '" ~ domain ~ "' in the var domains; known are " ~ known | join(', ') ~ ".") -%}
{%- endfor -%}
{%- endmacro -%}
