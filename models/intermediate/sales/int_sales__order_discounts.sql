-- Grain: one row per order line and promotion. Sales records no discounts, so there are no rows.
{{ config(materialized='by_order', kept_as='view') }}

select
    domain,
    order_id,
    order_line_id,
    '(none)' as promotion_id,
    discount_amount
from {{ touched_rows('int_sales__order_lines') }}
where discount_amount <> 0
