{#-
    For the staging model with an order's lines: of the orders of a delivery that an earlier delivery
    holds with the same buyer and day, at most the share max_split_order_share has no line in common
    with it, or fewer than 10 have. Returns a row per delivery that fails, with an example.
    order_table: the raw table with buyer and day; order_model: its staging model.
-#}
{%- test orders_are_not_split_over_deliveries(
    model, domain, table, order_table, order_model
) -%}
{%- set contract = raw_contract(domain, table) -%}
{{ config(meta=words_of_split_orders(contract)) }}
{{ split_orders(
    contract,
    delivered_rows(contract, model),
    delivered_rows(raw_contract(domain, order_table), order_model)
) }}
{%- endtest -%}
