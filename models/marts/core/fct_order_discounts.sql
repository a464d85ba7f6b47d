-- Grain: one row per domain, order line and promotion.
-- Trap: an order may have several promotions: count distinct orders.
{{ config(materialized='by_order') }}

{{ union_of_domains('order_discounts', by_order=true) }}
