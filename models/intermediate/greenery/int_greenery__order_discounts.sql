-- Grain: one row per order line and promotion; a greenery order has at most one promo.
{{ config(materialized='by_order', kept_as='view') }}

with

orders as (
    select * from {{ touched_rows('stg_greenery__orders') }}
),

order_lines as (
    select * from {{ touched_rows('int_greenery__order_lines') }}
),

final as (
    select
        order_lines.domain,
        order_lines.order_id,
        order_lines.order_line_id,
        coalesce(orders.promo_id, '(none)') as promotion_id,
        order_lines.discount_amount
    from order_lines
    inner join orders
        on order_lines.order_id = orders.order_id
    where order_lines.discount_amount <> 0
)

select * from final
