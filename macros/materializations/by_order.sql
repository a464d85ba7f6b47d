{%- materialization by_order, default -%}
{%- set target = this.incorporate(type=config.get('kept_as', 'table')) -%}
{{ run_hooks(pre_hooks, inside_transaction=False) }}
{{ run_hooks(pre_hooks, inside_transaction=True) }}

{%- if rebuilds_all_rows(model) -%}
    {%- do drop_if_there(target) -%}
    {%- call statement('main') -%}
        {{ create_view_as(target, sql) if target.is_view else create_table_as(False, target, sql) }}
    {%- endcall -%}
    {%- do persist_docs(target, model) -%}
{%- else -%}
    {%- set touched = touched_relation(target) -%}
    {%- call statement('main') -%}{{ create_table_as(False, touched, sql) }}{%- endcall -%}
    {%- if target.is_table -%}
        {%- for parent in fully_rebuilt_parents(model) -%}
            {%- call statement('delete_domain') -%}
                delete from {{ target }} where domain = {{ sql_text(parent.fqn[2]) }}
            {%- endcall -%}
        {%- endfor -%}
        {%- call statement('delete_touched') -%}
            {{ delete_rows(
                target, ['domain', 'order_id'],
                '(select domain, id from ' ~ touched_table('ids') ~ " where part_of = 'order')"
            ) }}
        {%- endcall -%}
        {%- call statement('insert') -%}{{ insert_all(target, touched) }}{%- endcall -%}
    {%- endif -%}
{%- endif -%}

{{ run_hooks(post_hooks, inside_transaction=True) }}
{{ adapter.commit() }}
{{ run_hooks(post_hooks, inside_transaction=False) }}
{{ return({'relations': [target]}) }}
{%- endmaterialization -%}

{%- macro insert_all(target, rows) -%}
{%- set columns = quoted_names(adapter.get_columns_in_relation(target) | map(attribute='name')) -%}
insert into {{ target }} ({{ columns }}) select {{ columns }} from {{ rows }}
{%- endmacro -%}
