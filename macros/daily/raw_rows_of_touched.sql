{%- macro raw_rows_of_touched(contract) -%}
{%- set id = trimmed(quoted_name(contract.id_column)) -%}
{%- if var('raw_from') == 'tables' -%}
    {%- set rows = landed_rows(contract) -%}
    {%- set delivery = load_name() -%}
{%- else -%}
    {%- set rows = raw_files_select(contract, files_of_touched(contract)) -%}
    {%- set delivery = '_source_file' -%}
{%- endif -%}
{{ return('select * from (' ~ rows ~ ') as raw_rows where ' ~ id ~ ' in ' ~ touched_ids(contract)
    ~ ' or (' ~ id ~ ' is null and ' ~ delivery ~ ' in ' ~ changed_deliveries(contract) ~ ')') }}
{%- endmacro -%}

{%- macro files_of_touched(contract) -%}
{%- set staged = staged_relation(contract) -%}
{%- set names -%}
    {{ deliveries(contract) }} and change in ('new', 'changed')
    union
    select min(name) from ({{ deliveries(contract, 'name, layout') }} and change not in ('gone', 'removed', 'vanished')) as there
    group by layout
    {%- for relation in [staged, left_out_relation(staged)] %}
    union
    select source_file from {{ relation }}
    where {{ quoted_name(contract.id_column) }} in {{ touched_ids(contract) }}
    {%- endfor %}
{%- endset -%}
{{ return(run_query(names).columns[0].values()) }}
{%- endmacro -%}
