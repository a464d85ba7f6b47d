{#-
    A model whose rows belong to orders, in place of ref(): `select * from {{ touched_rows('stg_sales') }}`. In a daily
    build only the rows of touched orders, unless the reader has to be built from all. For models that are `staged`
    or `by_order`, and for tests: the rows that they do not see are as they were.
-#}
{%- macro touched_rows(name, reader=model.unique_id) -%}
{%- set relation = ref(name) -%}
{{ return(relation if needs_full_rebuild(reader) else touched_relation(relation)) }}
{%- endmacro -%}
