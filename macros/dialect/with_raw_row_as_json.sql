{%- macro with_raw_row_as_json(sql) -%}
{{ return(adapter.dispatch('with_raw_row_as_json', 'commerce_marts')(sql)) }}
{%- endmacro -%}

{%- macro default__with_raw_row_as_json(sql) -%}
{%- set columns = [] -%}
{%- for column in get_column_schema_from_query(sql) -%}
    {%- do columns.append(
        'case when left_out_reason is not null then ' ~ row_as_json('raw_row') ~ ' end as raw_row'
        if column.name | lower == 'raw_row' else quoted_name(column.name)
    ) -%}
{%- endfor -%}
{{ return('select ' ~ columns | join(', ') ~ ' from (' ~ sql ~ ') as staged_rows') }}
{%- endmacro -%}

{#- dbt-duckdb lists a struct as its fields, so the columns cannot be listed as in the default. -#}
{%- macro duckdb__with_raw_row_as_json(sql) -%}
select * replace (case when left_out_reason is not null then {{ row_as_json('raw_row') }} end as raw_row)
from ({{ sql }}) as staged_rows
{%- endmacro -%}
