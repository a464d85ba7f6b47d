{%- macro touched_table(name) -%}
{{ return(api.Relation.create(
    database=target.database or none, schema=generate_schema_name('touched', none), identifier=name, type='table'
)) }}
{%- endmacro -%}

{%- macro touched_relation(relation) -%}
{{ return(touched_table(relation.schema ~ '__' ~ relation.identifier)) }}
{%- endmacro -%}

{%- macro touched_ids(contract) -%}
{{ return('(select id from ' ~ touched_table('ids')
    ~ " where domain = '" ~ contract.domain ~ "' and part_of = '" ~ contract.part_of ~ "')") }}
{%- endmacro -%}
