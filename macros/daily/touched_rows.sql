{%- macro touched_rows(name, reader=model.unique_id) -%}
{%- set relation = ref(name) -%}
{{ return(relation if needs_full_rebuild(reader) else touched_relation(relation)) }}
{%- endmacro -%}
