{#-
    A table of schema touched, which exists only during a daily build: open_raw() creates the
    schema, close_raw() drops it.
      touched.ids                domain, part_of ('order', 'event'), id: what has to be rebuilt;
      touched.changed_tables     node: staging models whose change affects every order, see
                                 needs_full_rebuild();
      touched.<schema>__<model>  the rows of a model that this build made.
-#}
{%- macro touched_table(name) -%}
{{ return(api.Relation.create(
    database=target.database, schema=generate_schema_name('touched', none), identifier=name, type='table'
)) }}
{%- endmacro -%}

{#- The table for a model's rows of touched orders. -#}
{%- macro touched_relation(relation) -%}
{{ return(touched_table(relation.schema ~ '__' ~ relation.identifier)) }}
{%- endmacro -%}

{#- Ids of the touched orders (or events) of a table, for use after `in`. -#}
{%- macro touched_ids(contract) -%}
{{ return('(select id from ' ~ touched_table('ids')
    ~ " where domain = '" ~ contract.domain ~ "' and part_of = '" ~ contract.part_of ~ "')") }}
{%- endmacro -%}
