{%- macro raw(domain, table) -%}
{%- set relation = raw_relation(domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set raw = raw_columns(domain, table, relation) -%}
{{ judged_rows(contract, without_forgotten(contract, relation, raw), raw) }}
{%- endmacro -%}

{%- macro raw_values(domain, table) -%}
{%- set relation = raw_relation(domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set raw = raw_columns(domain, table, relation) -%}
(
    with {{ typed_rows(contract, without_forgotten(contract, relation, raw), raw) }}

    select * from typed_rows
)
{%- endmacro -%}
