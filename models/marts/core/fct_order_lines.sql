-- Grain: one row per domain, order and order line.
-- Trap: shipping and tax are not here: they exist once, on the order.
{{ config(materialized='by_order') }}

{{ union_of_domains('order_lines', by_order=true) }}
