{#-
    A table of schema touched, which lives as long as a daily build: open_raw() makes the schema, close_raw() drops it.
      touched.ids              domain, part_of ('order', 'event'), id: what changed deliveries hold or held;
      touched.changed_tables   node: staging models whose change concerns every order, see needs_full_rebuild();
      touched.<schema>__<model>  the rows that the build made of a model.
-#}
{%- macro touched_table(name) -%}
{{ return(api.Relation.create(
    database=target.database, schema=generate_schema_name('touched', none), identifier=name, type='table'
)) }}
{%- endmacro -%}

{#- Where a daily build leaves a model's rows of touched orders. -#}
{%- macro touched_relation(relation) -%}
{{ return(touched_table(relation.schema ~ '__' ~ relation.identifier)) }}
{%- endmacro -%}

{#- Ids of the touched orders (or events) of a table, to stand behind `in`. -#}
{%- macro touched_ids(contract) -%}
{{ return('(select id from ' ~ touched_table('ids')
    ~ " where domain = '" ~ contract.domain ~ "' and part_of = '" ~ contract.part_of ~ "')") }}
{%- endmacro -%}
