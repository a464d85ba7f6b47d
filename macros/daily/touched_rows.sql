{#-
    Replaces ref() for a model whose rows belong to orders:
    `select * from {{ touched_rows('stg_sales') }}`
    In a daily build it gives only the rows of touched orders, unless the reader needs a full
    rebuild. Only for readers that are `staged`, `by_order` or tests, because their other rows are
    unchanged.
-#}
{%- macro touched_rows(name, reader=model.unique_id) -%}
{%- set relation = ref(name) -%}
{{ return(relation if needs_full_rebuild(reader) else touched_relation(relation)) }}
{%- endmacro -%}
