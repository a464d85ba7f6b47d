{#-
    What a generic test looks at, instead of dbt's own macro of this name: in an incremental build the rows
    that the build made of a model, since the others passed the same test before.
-#}
{%- macro default__get_where_subquery(relation) -%}
{%- set node = graph.nodes.get(model.attached_node) if execute else none -%}
{%- set rows = touched_relation(relation) if node and has_touched_rows(node) else relation -%}
{%- set where = config.get('where') -%}
{{ return('(select * from ' ~ rows ~ ' where ' ~ where ~ ') as dbt_subquery' if where else rows) }}
{%- endmacro -%}

{#- Whether an incremental build made only a part of the model, and left it in schema touched. -#}
{%- macro has_touched_rows(node) -%}
{%- if not var_of_the_moment('incremental') -%}{{ return(false) }}{%- endif -%}
{%- if node.config.materialized == 'staged' -%}{{ return(contract_of_model(node.name).transactions) }}{%- endif -%}
{{ return(node.config.materialized == 'by_order' and not is_made_anew(node)) }}
{%- endmacro -%}
