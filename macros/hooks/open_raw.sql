{%- macro open_raw() -%}
{%- if execute -%}
    {%- do check_domains() -%}
    {%- if var('raw_from') not in ['seeds', 'files', 'tables'] -%}
        {%- do exceptions.raise_compiler_error(
            "raw_from is '" ~ var('raw_from') ~ "'; it must be seeds, files or tables.") -%}
    {%- endif -%}
    {#- Created here: staging models that run at the same time would collide. Where it is there, nothing is
        written: the published file can only be read. -#}
    {%- set left_out = generate_schema_name('left_out', none) -%}
    {%- if not adapter.check_schema_exists(target.database or none, left_out) -%}
        {%- do adapter.create_schema(api.Relation.create(database=target.database or none, schema=left_out)) -%}
    {%- endif -%}
    {%- if var('raw_from') == 'tables' -%}{%- do open_raw_database() -%}{%- endif -%}
    {%- do note_deliveries() -%}
    {%- if build_var('incremental') -%}{%- do find_touched() -%}{%- endif -%}
    {%- for domain in var('domains')
        if (var('raw_from') == 'files' or build_var('incremental')) and domain not in build_var('unchanged_domains') -%}
        {%- do adapter.create_schema(opened_relation(domain)) -%}
        {%- for contract in raw_contracts(domain) -%}
            {%- if build_var('incremental') and contract.transactions -%}
                {%- set rows = raw_rows_of_touched(contract) -%}
            {%- elif var('raw_from') == 'files' -%}
                {%- set rows = raw_files_select(contract) -%}
            {%- else -%}
                {%- set rows = none -%}
            {%- endif -%}
            {%- if rows -%}
                {%- do run_query('create or replace view ' ~ opened_relation(domain, contract.table) ~ ' as ' ~ rows) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{%- macro close_raw(results) -%}
{#- The rows that make a test fail are read after the run, from the tables that the test has read. -#}
{%- set failed = results | selectattr('status', 'in', ['fail', 'error']) | list -%}
{%- if execute and not failed -%}
    {%- for domain in var('domains') if var('raw_from') == 'files' or build_var('incremental') -%}
        {%- do adapter.drop_schema(opened_relation(domain)) -%}
    {%- endfor -%}
    {#- The published file has none, and can only be read. -#}
    {%- if adapter.check_schema_exists(target.database, touched_table('ids').schema) -%}
        {%- do adapter.drop_schema(touched_table('ids')) -%}
    {%- endif -%}
{%- endif -%}
{%- endmacro -%}

{#- A build that fails is made again from the same deliveries. -#}
{%- macro close_ledger(results) -%}
{%- set failed = results | selectattr('status', 'in', ['fail', 'error', 'skipped']) | list -%}
{%- if execute and not failed and invocation_args_dict.which in ['build', 'run'] -%}{%- do keep_deliveries() -%}{%- endif -%}
{%- endmacro -%}

{%- macro check_domains() -%}
{%- set known = var('raw_contract').keys() | list -%}
{%- if var('domains') is string or not var('domains') -%}
    {%- do exceptions.raise_compiler_error(
        "The var domains is " ~ var('domains') ~ "; it must be a list such as [sales, greenery].") -%}
{%- endif -%}
{%- for domain in var('domains') if domain not in known -%}
    {%- do exceptions.raise_compiler_error(
        "Unknown domain '" ~ domain ~ "' in the var domains; known are " ~ known | join(', ') ~ ".") -%}
{%- endfor -%}
{%- endmacro -%}
