-- Grain: one row per domain and order.
-- Trap: net_amount is revenue; total_amount adds shipping and tax. Leave out what is no sale.
{{ config(materialized='by_order') }}

{{ union_of_domains('orders', by_order=true) }}
