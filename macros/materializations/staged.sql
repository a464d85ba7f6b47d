{#-
    Materialization of the staging models. A model's SQL gives every raw row with left_out_reason,
    raw_row and source_file; what lands in the model's table is the rows without a reason. The others go,
    with the row as it came, to the table left_out_relation(model), which quarantine.<domain>_rows
    collects. So a staging model is one file and one pass over the raw data, and no row can fall between.

    In an incremental build raw() gives the rows of touched orders (or events) only, and they take the place
    of what was staged and left out of those. Look-up tables are small and always made anew.
-#}
{%- materialization staged, default -%}
{%- set target = this.incorporate(type='table') -%}
{%- set judged = make_temp_relation(target) -%}
{%- set contract = contract_of_model(model.name) -%}
{%- set staged_columns = [] -%}
{{ run_hooks(pre_hooks, inside_transaction=False) }}
{{ run_hooks(pre_hooks, inside_transaction=True) }}

{%- call statement('main') -%}
    {{ create_table_as(True, judged, judged_rows_sql(sql)) }}
{%- endcall -%}
{%- for column in adapter.get_columns_in_relation(judged) -%}
    {%- if column.name not in ['left_out_reason', 'raw_row'] -%}
        {%- do staged_columns.append(adapter.quote(column.name)) -%}
    {%- endif -%}
{%- endfor -%}
{%- set left_out_columns = ['left_out_reason', 'source_file', 'raw_row'] -%}
{%- if contract.unit_column -%}{%- do left_out_columns.append(adapter.quote(contract.unit_column)) -%}{%- endif -%}
{%- for relation, columns, condition in [
    (target, staged_columns, 'is null'), (left_out_relation(target), left_out_columns, 'is not null')
] -%}
    {%- set rows = 'select ' ~ columns | join(', ') ~ ' from ' ~ judged ~ ' where left_out_reason ' ~ condition -%}
    {%- if var_of_the_moment('incremental') and contract.transactions -%}
        {%- do replace_touched_rows(relation, rows, contract) -%}
    {%- else -%}
        {%- if var_of_the_moment('incremental') and relation == target -%}
            {%- do note_changed_look_up(relation, rows, columns) -%}
        {%- endif -%}
        {%- do adapter.drop_relation(load_cached_relation(relation) or relation) -%}
        {%- call statement('rows') -%}{{ create_table_as(False, relation, rows) }}{%- endcall -%}
    {%- endif -%}
{%- endfor -%}
{%- do adapter.drop_relation(judged) -%}
{%- do persist_docs(target, model) -%}

{{ run_hooks(post_hooks, inside_transaction=True) }}
{{ adapter.commit() }}
{{ run_hooks(post_hooks, inside_transaction=False) }}
{{ return({'relations': [target]}) }}
{%- endmaterialization -%}

{#- Puts the rows of touched units in the place of those that the relation has of them, and into schema touched. -#}
{%- macro replace_touched_rows(relation, rows, contract) -%}
{%- set touched = touched_relation(relation) -%}
{%- set had_rows = has_rows(relation) -%}
{%- call statement('touched') -%}{{ create_table_as(False, touched, rows) }}{%- endcall -%}
{%- call statement('delete_touched') -%}
    delete from {{ relation }}
    where {{ adapter.quote(contract.unit_column) }} in {{ touched_ids(contract) }}
{%- endcall -%}
{#- A row without an order is its delivery's. -#}
{%- call statement('delete_rows_of_no_unit') -%}
    delete from {{ relation }}
    where {{ adapter.quote(contract.unit_column) }} is null and source_file in {{ changed_deliveries(contract) }}
{%- endcall -%}
{%- call statement('insert') -%}{{ insert_all(relation, touched) }}{%- endcall -%}
{#- From none to some, or back, is news for every order: only a feed that has returns knows of a line without one. -#}
{%- if had_rows != has_rows(relation) -%}{%- do note_changed_table() -%}{%- endif -%}
{%- endmacro -%}

{%- macro has_rows(relation) -%}
{{ return(run_query('select 1 as one from ' ~ relation ~ ' limit 1').rows | length > 0) }}
{%- endmacro -%}

{#- A look-up table that comes with other values is news for every order that is made with it. -#}
{%- macro note_changed_look_up(relation, rows, columns) -%}
{%- set values = columns | reject('equalto', adapter.quote('source_file')) | join(', ') -%}
{%- set before = 'select ' ~ values ~ ' from ' ~ relation -%}
{%- set after = 'select ' ~ values ~ ' from (' ~ rows ~ ') as new_rows' -%}
{%- set differences = '(' ~ before ~ ' except ' ~ after ~ ') union all (' ~ after ~ ' except ' ~ before ~ ')' -%}
{%- if run_query('select 1 as one from (' ~ differences ~ ') as differences limit 1').rows | length > 0 -%}
    {%- do note_changed_table() -%}
{%- endif -%}
{%- endmacro -%}

{%- macro note_changed_table() -%}
{%- call statement('note') -%}
    insert into {{ touched_table('changed_tables') }} values ({{ sql_text(model.unique_id) }})
{%- endcall -%}
{%- endmacro -%}

{#- A staging model's SQL with raw_row as JSON text, and that only where the row is left out. -#}
{%- macro judged_rows_sql(sql) -%}
{{ return(adapter.dispatch('judged_rows_sql', 'commerce_marts')(sql)) }}
{%- endmacro -%}

{%- macro default__judged_rows_sql(sql) -%}
{%- set columns = [] -%}
{%- for column in get_column_schema_from_query(sql) -%}
    {%- do columns.append(
        'case when left_out_reason is not null then ' ~ row_as_json('raw_row') ~ ' end as raw_row'
        if column.name == 'raw_row' else adapter.quote(column.name)
    ) -%}
{%- endfor -%}
{{ return('select ' ~ columns | join(', ') ~ ' from (' ~ sql ~ ') as staged_rows') }}
{%- endmacro -%}

{#- dbt-duckdb lists the fields of a struct in its place, so the columns are not named one by one. -#}
{%- macro duckdb__judged_rows_sql(sql) -%}
select * replace (case when left_out_reason is not null then {{ row_as_json('raw_row') }} end as raw_row)
from ({{ sql }}) as staged_rows
{%- endmacro -%}
