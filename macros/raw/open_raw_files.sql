{#-
    Makes the view raw_<domain>.<table> over a table's files (DuckDB's own readers). Stops the run where a
    file is not what the contract says; `commerce-marts check` tells all such problems at once.
-#}
{%- macro open_raw_files(domain, table) -%}
{{ return(adapter.dispatch('open_raw_files', 'commerce_marts')(domain, table)) }}
{%- endmacro -%}

{%- macro default__open_raw_files(domain, table) -%}
{%- do exceptions.raise_compiler_error(
    'raw_from=files reads files with DuckDB; on ' ~ target.type ~ ' land the tables and use raw_from=tables.') -%}
{%- endmacro -%}

{%- macro duckdb__open_raw_files(domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set files = raw_files(domain, table) -%}
{%- set problems = raw_files_problems(domain, table, files) -%}
{%- for file in described_files(files) -%}
    {%- do problems.extend(file_problems(contract, file)) -%}
{%- endfor -%}
{%- if problems -%}
    {%- set sentences = [] -%}
    {%- for problem in problems -%}{%- do sentences.append(file_problem_text(domain, table, problem)) -%}{%- endfor -%}
    {%- do exceptions.raise_compiler_error(sentences | join('\n')) -%}
{%- endif -%}
{%- do run_query('create or replace view ' ~ opened_relation(domain, table) ~ ' as ' ~ raw_files_select(domain, table, files)) -%}
{%- endmacro -%}
