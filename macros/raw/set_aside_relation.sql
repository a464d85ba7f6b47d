{#- The table with the rows that a staging model set aside: set_aside.<domain>__<table>. -#}
{%- macro set_aside_relation(staging_relation) -%}
{{ return(api.Relation.create(
    database=staging_relation.database,
    schema=generate_schema_name('set_aside', none),
    identifier=staging_relation.schema ~ '__' ~ staging_relation.identifier,
    type='table'
)) }}
{%- endmacro -%}
