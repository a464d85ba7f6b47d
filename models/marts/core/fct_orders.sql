-- Grain: one row per domain and order.
-- Trap: net_amount is revenue; total_amount adds shipping and tax. Leave out counts_as_sale = false.
{{ union_of_domains('orders') }}
