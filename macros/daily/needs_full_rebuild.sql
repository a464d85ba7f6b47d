{#-
    Whether a node must be built from all orders: always in a full build; in a daily build if a
    look-up table that the node depends on has changed.
-#}
{%- macro needs_full_rebuild(unique_id) -%}
{%- if not build_var('incremental') -%}{{ return(true) }}{%- endif -%}
{%- set changed = run_query('select node from ' ~ touched_table('changed_tables')).columns[0].values() -%}
{{ return(depends_on_any(unique_id, changed)) }}
{%- endmacro -%}

{%- macro depends_on_any(unique_id, nodes) -%}
{%- for parent in graph.nodes.get(unique_id, {'depends_on': {'nodes': []}}).depends_on.nodes -%}
    {%- if parent in nodes or depends_on_any(parent, nodes) -%}{{ return(true) }}{%- endif -%}
{%- endfor -%}
{{ return(false) }}
{%- endmacro -%}

{#-
    Whether a `by_order` model builds all its rows. A change in one domain does not make a union of
    domains rebuild the others.
-#}
{%- macro rebuilds_all_rows(node) -%}
{{ return(not build_var('incremental') or (node.fqn[1] == 'intermediate' and needs_full_rebuild(node.unique_id))) }}
{%- endmacro -%}
