-- Grain: one row per domain and order.
-- Trap: revenue is net_amount; total_amount adds shipping and tax. Exclude counts_as_sale = false.
{{ config(materialized='by_order') }}

{{ union_of_domains('orders', by_order=true) }}
