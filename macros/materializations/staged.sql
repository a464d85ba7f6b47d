{#-
    Materialization of the staging models. Each makes two tables. A model's SQL gives every raw row
    with left_out_reason, raw_row and source_file. Rows without a reason go to the model's table.
    The others go, with the unchanged raw row, to left_out_relation(model), which
    quarantine.<domain>_rows collects. So a staging model is one file and reads the raw data once,
    and no row can be lost between the two.

    In a daily build raw() gives only the rows of touched orders (or events). They replace the rows
    of those orders in both tables. Look-up tables are small and always built from all rows.
-#}
{%- materialization staged, default -%}
{%- set target = this.incorporate(type='table') -%}
{%- set judged = make_temp_relation(target) -%}
{%- set contract = contract_of_model(model.name) -%}
{{ run_hooks(pre_hooks, inside_transaction=False) }}
{{ run_hooks(pre_hooks, inside_transaction=True) }}

{%- call statement('main') -%}
    {{ create_table_as(True, judged, with_raw_row_as_json(sql)) }}
{%- endcall -%}
{%- set staged_columns = quoted_names(
    adapter.get_columns_in_relation(judged) | map(attribute='name') | reject('in', ['left_out_reason', 'raw_row'])
) -%}
{%- set left_out_columns = quoted_names(
    ['left_out_reason', 'source_file', 'raw_row'] + ([contract.id_column] if contract.id_column else [])
) -%}
{%- for relation, columns, condition in [
    (target, staged_columns, 'is null'), (left_out_relation(target), left_out_columns, 'is not null')
] -%}
    {%- set rows = 'select ' ~ columns ~ ' from ' ~ judged ~ ' where left_out_reason ' ~ condition -%}
    {%- if build_var('incremental') and contract.transactions -%}
        {%- do replace_touched_rows(relation, rows, contract) -%}
    {%- else -%}
        {%- if build_var('incremental') and relation == target -%}
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

{#- Replaces a relation's rows of touched orders; the new rows are also in schema touched. -#}
{%- macro replace_touched_rows(relation, rows, contract) -%}
{%- set touched = touched_relation(relation) -%}
{%- call statement('touched') -%}{{ create_table_as(False, touched, rows) }}{%- endcall -%}
{%- call statement('delete_touched') -%}
    delete from {{ relation }}
    where {{ adapter.quote(contract.id_column) }} in {{ touched_ids(contract) }}
{%- endcall -%}
{#- A row without an order id is replaced together with its delivery. -#}
{%- call statement('delete_rows_without_an_id') -%}
    delete from {{ relation }}
    where {{ adapter.quote(contract.id_column) }} is null and source_file in {{ changed_deliveries(contract) }}
{%- endcall -%}
{%- call statement('insert') -%}{{ insert_all(relation, touched) }}{%- endcall -%}
{%- endmacro -%}

{#- A changed value in a look-up table affects every order that uses the table. -#}
{%- macro note_changed_look_up(relation, rows, columns) -%}
{%- set values = columns | replace(', ' ~ adapter.quote('source_file'), '') -%}
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
