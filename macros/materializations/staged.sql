{%- materialization staged, default -%}
{%- set target = this.incorporate(type='table') -%}
{%- set judged = work_table(target) -%}
{%- set contract = contract_of_model(model.name) -%}
{{ run_hooks(pre_hooks, inside_transaction=False) }}
{{ run_hooks(pre_hooks, inside_transaction=True) }}

{%- call statement('main') -%}
    {{ create_work_table_as(judged, with_raw_row_as_json(sql)) }}
{%- endcall -%}
{%- set judged_columns = adapter.get_columns_in_relation(judged) | map(attribute='name') | map('lower') | list -%}
{%- set staged_columns = quoted_names(judged_columns | reject('in', ['left_out_reason', 'raw_row'])) -%}
{%- set left_out_columns = quoted_names(
    judged_columns | select('in', ['left_out_reason', 'source_file', 'delivery', 'raw_row', contract.id_column])
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

{%- macro replace_touched_rows(relation, rows, contract) -%}
{%- set touched = touched_relation(relation) -%}
{%- call statement('touched') -%}{{ create_table_as(False, touched, rows) }}{%- endcall -%}
{%- call statement('delete_touched') -%}
    delete from {{ relation }}
    where {{ quoted_name(contract.id_column) }} in {{ touched_ids(contract) }}
{%- endcall -%}
{#- A row without an order id is replaced together with its delivery. -#}
{%- call statement('delete_rows_without_an_id') -%}
    delete from {{ relation }}
    where {{ quoted_name(contract.id_column) }} is null and source_file in {{ changed_deliveries(contract) }}
{%- endcall -%}
{%- call statement('insert') -%}{{ insert_all(relation, touched) }}{%- endcall -%}
{%- endmacro -%}

{%- macro has_rows(relation) -%}
{{ return(run_query('select 1 as one from ' ~ relation ~ ' limit 1').rows | length > 0) }}
{%- endmacro -%}

{%- macro note_changed_look_up(relation, rows, columns) -%}
{%- set values = columns | replace(', ' ~ quoted_name('source_file'), '') -%}
{%- set before = 'select ' ~ values ~ ' from ' ~ relation -%}
{%- set after = 'select ' ~ values ~ ' from (' ~ rows ~ ') as new_rows' -%}
{%- set differences = '(' ~ before ~ ' except ' ~ after ~ ') union all (' ~ after ~ ' except ' ~ before ~ ')' -%}
{%- if has_rows('(' ~ differences ~ ') as differences') -%}{%- do note_changed_table() -%}{%- endif -%}
{%- endmacro -%}

{%- macro note_changed_table() -%}
{%- call statement('note') -%}
    insert into {{ touched_table('changed_tables') }} values ({{ sql_text(model.unique_id) }})
{%- endcall -%}
{%- endmacro -%}
