{%- macro left_out_relation(staging_relation) -%}
{{ return(api.Relation.create(
    database=staging_relation.database,
    schema=generate_schema_name('left_out', none),
    identifier=staging_relation.schema ~ '__' ~ staging_relation.identifier,
    type='table'
)) }}
{%- endmacro -%}
