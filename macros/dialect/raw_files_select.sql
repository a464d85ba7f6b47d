{%- macro raw_files_select(contract, names=none) -%}{{ return(adapter.dispatch('raw_files_select', 'commerce_marts')(contract, names)) }}{%- endmacro -%}

{%- macro default__raw_files_select(contract, names) -%}
{%- do exceptions.raise_compiler_error(
    'raw_from=files reads files with DuckDB or Spark; on ' ~ target.type ~ ' land the tables and use raw_from=tables.') -%}
{%- endmacro -%}

{#-
    Python finds and describes the files, for dbt and for the check: the plugin raw_files of
    profiles.yml. A macro can call only store() of a dbt-duckdb plugin, and it returns its result in
    `answer`.
-#}
{%- macro duckdb__raw_files_select(contract, names) -%}
{%- set answer = {} -%}
{%- do adapter.store_relation(
    'raw_files', this, [], var('raw_dir'), 'csv', {'contract': contract, 'names': names, 'answer': answer}) -%}
{%- if answer.problems -%}{%- do exceptions.raise_compiler_error(answer.problems | join('\n')) -%}{%- endif -%}
{{ return(answer.select) }}
{%- endmacro -%}

{%- macro raw_file_deliveries(contract) -%}
{{ return(adapter.dispatch('raw_file_deliveries', 'commerce_marts')(contract)) }}
{%- endmacro -%}

{#- Refused in the same words. -#}
{%- macro default__raw_file_deliveries(contract) -%}{{ return(raw_files_select(contract)) }}{%- endmacro -%}

{%- macro duckdb__raw_file_deliveries(contract) -%}
{%- set answer = {} -%}
{%- do adapter.store_relation(
    'raw_files', this, [], var('raw_dir'), 'csv', {'contract': contract, 'names': none, 'answer': answer}) -%}
{{ return(answer.deliveries) }}
{%- endmacro -%}

{%- macro listed_raw_files(contract, taken) -%}
{{ return(adapter.dispatch('listed_raw_files', 'commerce_marts')(contract, taken)) }}
{%- endmacro -%}

{%- macro default__listed_raw_files(contract, taken) -%}{{ return(raw_files_select(contract)) }}{%- endmacro -%}
