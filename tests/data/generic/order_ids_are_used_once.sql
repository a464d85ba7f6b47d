{#-
    For the staging model with an order's buyer and day: of the orders of a delivery that an earlier
    delivery holds, at most the share max_reused_id_share has another buyer and another day. For feeds
    of tills also: of the orders of a delivery, those whose own lines differ in both.
    Returns a row per delivery that fails, with an example of two orders under one id.
-#}
{%- test order_ids_are_used_once(model, domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
{{ config(meta=words_of_reused_ids(contract)) }}
{{ reused_ids(contract, delivered_rows(contract, model)) }}
{%- endtest -%}
