{#-
    Names of the files that an incremental build reads: those that changed, those that hold rows of what is
    touched, and one file of each layout, so that a raw row has the columns that a full build gives it.
-#}
{%- macro files_of_touched(contract) -%}
{%- set staged = staged_relation(contract) -%}
{%- set names -%}
    {{ ledger_files(contract) }} and change in ('new', 'changed')
    union
    select min(file_name) from ({{ ledger_files(contract, 'file_name, layout') }} and change <> 'gone') as there
    group by layout
    {%- for relation in [staged, set_aside_relation(staged)] %}
    union
    select source_file from {{ relation }}
    where {{ adapter.quote(contract.unit_column) }} in {{ touched_ids(contract) }}
    {%- endfor %}
{%- endset -%}
{{ return(run_query(names).columns[0].values()) }}
{%- endmacro -%}

{#- Of a select over raw files the rows of what is touched, and of changed files those that belong to no order. -#}
{%- macro rows_of_touched(contract, rows) -%}
{%- set unit = trimmed(adapter.quote(contract.unit_column)) -%}
{{ return('select * from (' ~ rows ~ ') as raw_rows where ' ~ unit ~ ' in ' ~ touched_ids(contract)
    ~ ' or (' ~ unit ~ ' is null and _source_file in ' ~ touched_files(contract) ~ ')') }}
{%- endmacro -%}
