{#-
    A model of orders, for a select list: touched_rows('stg_sales'). In an incremental build only the rows
    of touched orders, unless the reader has to be made of all (is_whole). Readers are `staged`, `by_order`,
    or tests: what they do not see is as it was.
-#}
{%- macro touched_rows(name, reader=model.unique_id) -%}
{%- set relation = ref(name) -%}
{{ return(relation if is_whole(reader) else touched_relation(relation)) }}
{%- endmacro -%}

{#- Where an incremental build leaves a model's rows of touched orders: touched.<schema>__<model>. -#}
{%- macro touched_relation(relation) -%}
{{ return(touched_table(relation.schema ~ '__' ~ relation.identifier)) }}
{%- endmacro -%}

{#- A table of the schema that lives as long as an incremental build: open_raw() makes it, close_raw() drops it. -#}
{%- macro touched_table(name) -%}
{{ return(api.Relation.create(
    database=target.database, schema=generate_schema_name('touched', none), identifier=name, type='table'
)) }}
{%- endmacro -%}
