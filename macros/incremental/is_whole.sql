{#-
    Whether a node has to be made of all orders: always in a full build, and in an incremental one where a
    look-up table that the node is made with has changed.
-#}
{%- macro is_whole(unique_id) -%}
{%- if not var_of_the_moment('incremental') -%}{{ return(true) }}{%- endif -%}
{%- set changed = run_query('select node from ' ~ touched_table('changed_tables')).columns[0].values() -%}
{{ return(is_made_with(unique_id, changed)) }}
{%- endmacro -%}

{%- macro is_made_with(unique_id, nodes) -%}
{%- for parent in graph.nodes.get(unique_id, {'depends_on': {'nodes': []}}).depends_on.nodes -%}
    {%- if parent in nodes or is_made_with(parent, nodes) -%}{{ return(true) }}{%- endif -%}
{%- endfor -%}
{{ return(false) }}
{%- endmacro -%}
