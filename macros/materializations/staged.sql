{%- materialization staged, default -%}
{%- set target = this.incorporate(type='table') -%}
{%- set left_out = left_out_relation(target) -%}
{%- set contract = contract_of_model(model.name) -%}
{%- set is_daily = build_var('incremental') -%}
{#- A full build writes its rows once where it can: the table has them all, until those left out are in their own. -#}
{%- set is_written_once = not is_daily and drops_columns() -%}
{%- set judged = target if is_written_once else work_table(target) -%}
{{ run_hooks(pre_hooks, inside_transaction=False) }}
{{ run_hooks(pre_hooks, inside_transaction=True) }}

{%- if is_written_once -%}{%- do drop_if_there(target) -%}{%- endif -%}
{%- call statement('main') -%}
    {%- set rows = with_raw_row_as_json(sql) -%}
    {{ create_table_as(False, judged, rows) if is_written_once else create_work_table_as(judged, rows) }}
{%- endcall -%}
{%- set reasons = ['left_out_reason', 'raw_row'] -%}
{%- set columns = adapter.get_columns_in_relation(judged) -%}
{%- set names = columns | map(attribute='name') | map('lower') | list -%}
{%- set staged_columns = quoted_names(names | reject('in', reasons)) -%}
{%- set left_out_columns = quoted_names(
    names | select('in', reasons + ['source_file', 'delivery', contract.id_column])
) -%}
{%- set staged_rows = 'select ' ~ staged_columns ~ ' from ' ~ judged ~ ' where left_out_reason is null' -%}
{%- set left_out_rows = 'select ' ~ left_out_columns ~ ' from ' ~ judged ~ ' where left_out_reason is not null' -%}
{%- if is_written_once -%}
    {%- do make_table(left_out, left_out_rows) -%}
    {%- call statement('delete_left_out') -%}
        delete from {{ target }} where left_out_reason is not null
    {%- endcall -%}
    {%- do alter_relation_add_remove_columns(target, [], columns | selectattr('name', 'in', reasons)) -%}
{%- elif is_daily and contract.transactions -%}
    {%- do replace_touched_rows(target, staged_rows, contract) -%}
    {%- do replace_touched_rows(left_out, left_out_rows, contract) -%}
{%- else -%}
    {%- if is_daily -%}{%- do note_changed_look_up(target, staged_rows, staged_columns) -%}{%- endif -%}
    {%- do make_table(target, staged_rows) -%}
    {%- do make_table(left_out, left_out_rows) -%}
{%- endif -%}
{%- if not is_written_once -%}{%- do adapter.drop_relation(judged) -%}{%- endif -%}
{%- do persist_docs(target, model) -%}

{{ run_hooks(post_hooks, inside_transaction=True) }}
{{ adapter.commit() }}
{{ run_hooks(post_hooks, inside_transaction=False) }}
{{ return({'relations': [target]}) }}
{%- endmaterialization -%}

{%- macro drop_if_there(relation) -%}
{%- do adapter.drop_relation(load_cached_relation(relation) or relation) -%}
{%- endmacro -%}

{%- macro make_table(relation, rows) -%}
{%- do drop_if_there(relation) -%}
{%- call statement('rows') -%}{{ create_table_as(False, relation, rows) }}{%- endcall -%}
{%- endmacro -%}

{%- macro replace_touched_rows(relation, rows, contract) -%}
{%- set touched = touched_relation(relation) -%}
{%- call statement('touched') -%}{{ create_table_as(False, touched, rows) }}{%- endcall -%}
{%- call statement('delete_touched') -%}
    {{ delete_rows(relation, [quoted_name(contract.id_column)], touched_ids(contract)) }}
{%- endcall -%}
{#- A row without an order id is replaced together with its delivery. -#}
{%- call statement('delete_rows_without_an_id') -%}
    {{ delete_rows(relation, ['source_file'], changed_deliveries(contract), only=quoted_name(contract.id_column) ~ ' is null') }}
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
