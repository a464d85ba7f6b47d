{%- macro raw(domain, table) -%}
{%- set relation = raw_relation(domain, table) -%}
{{ judged_rows(raw_contract(domain, table), relation, raw_columns(domain, table, relation)) }}
{%- endmacro -%}

{%- macro raw_values(domain, table) -%}
{%- set relation = raw_relation(domain, table) -%}
(
    with {{ typed_rows(raw_contract(domain, table), relation, raw_columns(domain, table, relation)) }}

    select * from typed_rows
)
{%- endmacro -%}
