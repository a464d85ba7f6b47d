{#-
    on-run-start: makes the raw relations that raw() reads, and the schema for rows left out.
    files: a view raw_<domain>.<table> over the files of each table; tables on DuckDB: the landed file,
    attached read-only; seeds: nothing. In an incremental build such a view holds, of a table of
    transactions, only the rows of what is touched. Stops the run where a table or a file's column is missing.
-#}
{%- macro open_raw() -%}
{%- if execute -%}
    {%- do check_domains() -%}
    {%- if var('raw_from') not in ['seeds', 'files', 'tables'] -%}
        {%- do exceptions.raise_compiler_error(
            "raw_from is '" ~ var('raw_from') ~ "'; it must be seeds, files or tables.") -%}
    {%- endif -%}
    {#- Here, once: staging models that run side by side would race to create it. -#}
    {%- do adapter.create_schema(
        api.Relation.create(database=target.database, schema=generate_schema_name('left_out', none))) -%}
    {%- if var('raw_from') == 'tables' -%}{%- do open_raw_database() -%}{%- endif -%}
    {%- if var_of_the_moment('incremental') -%}{%- do find_touched() -%}{%- endif -%}
    {%- for domain in var('domains') if var('raw_from') == 'files' or var_of_the_moment('incremental') -%}
        {%- do adapter.create_schema(opened_relation(domain)) -%}
        {%- for table in raw_contract()[domain] -%}
            {%- set contract = raw_contract(domain, table) -%}
            {%- if var_of_the_moment('incremental') and contract.transactions -%}
                {%- do run_query(
                    'create or replace view ' ~ opened_relation(domain, table) ~ ' as ' ~ rows_of_touched(contract)) -%}
            {%- elif var('raw_from') == 'files' -%}
                {%- do open_raw_files(domain, table) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{#-
    on-run-end: takes the views over raw data away again, so that no warehouse points at it, and what was
    noted as touched.
-#}
{%- macro close_raw() -%}
{%- if execute and (var('raw_from') == 'files' or var_of_the_moment('incremental')) -%}
    {%- for domain in var('domains') -%}
        {%- do adapter.drop_schema(opened_relation(domain)) -%}
    {%- endfor -%}
    {%- if var_of_the_moment('incremental') -%}{%- do adapter.drop_schema(touched_table('units')) -%}{%- endif -%}
{%- endif -%}
{%- endmacro -%}

{#- The view that open_raw() makes of a raw table. -#}
{%- macro opened_relation(domain, table=none) -%}
{{ return(api.Relation.create(database=target.database, schema='raw_' ~ domain, identifier=table, type='view')) }}
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
