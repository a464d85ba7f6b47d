{#-
    The typed columns of a raw table without a judgement, for where it is not asked for: much less to read than
    raw(), which compares rows. `select order_id from {{ raw_values('restaurant', 'order_items') }}`.
-#}
{%- macro raw_values(domain, table) -%}
{%- set relation = raw_relation(domain, table) -%}
(
    select
        {{ typed_columns(raw_contract(domain, table), raw_columns(domain, table, relation).types) | indent(8) }}
    from {{ relation }} as raw_table
)
{%- endmacro -%}
