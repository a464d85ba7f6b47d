{#-
    Materialization of the staging models. A model's SQL gives every raw row with set_aside_reason,
    raw_row and source_file; what lands in the model's table is the rows without a reason. The others go,
    with the row as it came, to the table set_aside_relation(model), which quarantine.<domain>_rows
    collects. So a staging model is one file and one pass over the raw data, and no row can fall between.
-#}
{%- materialization staged, default -%}
{%- set target = this.incorporate(type='table') -%}
{%- set set_aside = set_aside_relation(this) -%}
{%- set judged = make_temp_relation(target) -%}
{%- set staged_columns = [] -%}
{{ run_hooks(pre_hooks, inside_transaction=False) }}
{{ run_hooks(pre_hooks, inside_transaction=True) }}

{%- call statement('main') -%}
    {{ create_table_as(True, judged, judged_rows_sql(sql)) }}
{%- endcall -%}
{%- for column in adapter.get_columns_in_relation(judged) -%}
    {%- if column.name not in ['set_aside_reason', 'raw_row'] -%}
        {%- do staged_columns.append(adapter.quote(column.name)) -%}
    {%- endif -%}
{%- endfor -%}
{%- do adapter.drop_relation(load_cached_relation(target) or target) -%}
{%- call statement('staged') -%}
    {{ create_table_as(False, target,
        'select ' ~ staged_columns | join(', ') ~ ' from ' ~ judged ~ ' where set_aside_reason is null') }}
{%- endcall -%}
{%- do adapter.drop_relation(set_aside) -%}
{%- call statement('set_aside') -%}
    {{ create_table_as(False, set_aside,
        'select set_aside_reason, source_file, raw_row from ' ~ judged ~ ' where set_aside_reason is not null') }}
{%- endcall -%}
{%- do adapter.drop_relation(judged) -%}
{%- do persist_docs(target, model) -%}

{{ run_hooks(post_hooks, inside_transaction=True) }}
{{ adapter.commit() }}
{{ run_hooks(post_hooks, inside_transaction=False) }}
{{ return({'relations': [target]}) }}
{%- endmaterialization -%}

{#- A staging model's SQL with raw_row as JSON text, and that only where the row is set aside. -#}
{%- macro judged_rows_sql(sql) -%}
{{ return(adapter.dispatch('judged_rows_sql', 'commerce_marts')(sql)) }}
{%- endmacro -%}

{%- macro default__judged_rows_sql(sql) -%}
{%- set columns = [] -%}
{%- for column in get_column_schema_from_query(sql) -%}
    {%- do columns.append(
        'case when set_aside_reason is not null then ' ~ row_as_json('raw_row') ~ ' end as raw_row'
        if column.name == 'raw_row' else adapter.quote(column.name)
    ) -%}
{%- endfor -%}
{{ return('select ' ~ columns | join(', ') ~ ' from (' ~ sql ~ ') as staged_rows') }}
{%- endmacro -%}

{#- dbt-duckdb lists the fields of a struct in its place, so the columns are not named one by one. -#}
{%- macro duckdb__judged_rows_sql(sql) -%}
select * replace (case when set_aside_reason is not null then {{ row_as_json('raw_row') }} end as raw_row)
from ({{ sql }}) as staged_rows
{%- endmacro -%}
