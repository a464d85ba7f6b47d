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

{%- macro rebuilds_all_rows(node) -%}
{{ return(not build_var('incremental') or (node.fqn[1] == 'intermediate' and needs_full_rebuild(node.unique_id))) }}
{%- endmacro -%}

{%- macro fully_rebuilt_parents(node) -%}
{%- set parents = [] -%}
{%- for parent in node.depends_on.nodes if node.fqn[1] != 'intermediate' and needs_full_rebuild(parent) -%}
    {%- do parents.append(graph.nodes[parent]) -%}
{%- endfor -%}
{{ return(parents) }}
{%- endmacro -%}
