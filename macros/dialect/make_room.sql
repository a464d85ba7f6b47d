{%- macro make_room() -%}
{%- do adapter.dispatch('make_room', 'commerce_marts')() -%}
{%- endmacro -%}

{%- macro default__make_room() -%}{%- endmacro -%}

{%- macro duckdb__make_room() -%}
{%- for node in graph.nodes.values()
    if node.unique_id in selected_resources and node.config.materialized == 'table'
        and node.language == 'sql' and not node.config.get('reads_itself') -%}
    {%- do adapter.drop_relation(api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias, type='table')) -%}
{%- endfor -%}
{%- endmacro -%}
