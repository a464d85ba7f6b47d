{#-
    Materialization of models whose rows each belong to one order (columns domain and order_id).
    A full build makes the table, or the view with `kept_as: view`. An incremental build makes the rows of
    touched orders only, in schema touched, where the models after it read them (touched_rows()); in the
    table they take the place of those orders' rows.
-#}
{%- materialization by_order, default -%}
{%- set target = this.incorporate(type=config.get('kept_as', 'table')) -%}
{{ run_hooks(pre_hooks, inside_transaction=False) }}
{{ run_hooks(pre_hooks, inside_transaction=True) }}

{%- if is_made_anew(model) -%}
    {%- do adapter.drop_relation(load_cached_relation(target) or target) -%}
    {%- call statement('main') -%}
        {{ create_view_as(target, sql) if target.is_view else create_table_as(False, target, sql) }}
    {%- endcall -%}
    {%- do persist_docs(target, model) -%}
{%- else -%}
    {%- set touched = touched_relation(target) -%}
    {%- call statement('main') -%}{{ create_table_as(False, touched, sql) }}{%- endcall -%}
    {%- if target.is_table -%}
        {%- for part in parts_made_whole(model) -%}
            {%- call statement('delete_domain') -%}
                delete from {{ target }} where domain = {{ sql_text(part.fqn[2]) }}
            {%- endcall -%}
        {%- endfor -%}
        {%- call statement('delete_touched') -%}
            delete from {{ target }}
            where (domain, order_id) in (select domain, unit_id from {{ touched_table('units') }} where unit = 'order')
        {%- endcall -%}
        {%- call statement('insert') -%}{{ insert_all(target, touched) }}{%- endcall -%}
    {%- endif -%}
{%- endif -%}

{{ run_hooks(post_hooks, inside_transaction=True) }}
{{ adapter.commit() }}
{{ run_hooks(post_hooks, inside_transaction=False) }}
{{ return({'relations': [target]}) }}
{%- endmaterialization -%}

{#- Whether all rows are made. A union of domains is not made anew because of one of them. -#}
{%- macro is_made_anew(node) -%}
{{ return(not var_of_the_moment('incremental') or (node.fqn[1] == 'intermediate' and is_whole(node.unique_id))) }}
{%- endmacro -%}

{#- The models that a union of domains is made of and that were made of all orders. -#}
{%- macro parts_made_whole(node) -%}
{%- set parts = [] -%}
{%- for parent in node.depends_on.nodes if node.fqn[1] != 'intermediate' and is_whole(parent) -%}
    {%- do parts.append(graph.nodes[parent]) -%}
{%- endfor -%}
{{ return(parts) }}
{%- endmacro -%}

{#- Appends the rows of one relation to another, by the columns of the latter. -#}
{%- macro insert_all(target, rows) -%}
{%- set columns = [] -%}
{%- for column in adapter.get_columns_in_relation(target) -%}
    {%- do columns.append(adapter.quote(column.name)) -%}
{%- endfor -%}
insert into {{ target }} ({{ columns | join(', ') }}) select {{ columns | join(', ') }} from {{ rows }}
{%- endmacro -%}
