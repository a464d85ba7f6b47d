{%- macro default__get_where_subquery(relation) -%}
{%- set node = graph.nodes.get(model.attached_node) if execute else none -%}
{%- set rows = touched_relation(relation) if node and has_touched_rows(node) else relation -%}
{%- set where = config.get('where') -%}
{{ return('(select * from ' ~ rows ~ ' where ' ~ where ~ ') as dbt_subquery' if where else rows) }}
{%- endmacro -%}

{%- macro has_touched_rows(node) -%}
{%- if not build_var('incremental') -%}{{ return(false) }}{%- endif -%}
{%- if node.config.materialized == 'staged' -%}{{ return(contract_of_model(node.name).transactions) }}{%- endif -%}
{%- if node.config.materialized == 'kept' -%}{{ return(true) }}{%- endif -%}
{{ return(node.config.materialized == 'by_order' and not rebuilds_all_rows(node)) }}
{%- endmacro -%}
