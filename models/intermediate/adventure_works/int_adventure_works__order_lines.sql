-- Grain: one row per order line.
-- Trap: cost is today's standard cost, not the cost at the time of the sale.
{{ config(materialized='by_order', kept_as='view') }}

with

line_amounts as (
    select * from {{ touched_rows('int_adventure_works__line_amounts') }}
),

orders as (
    select * from {{ touched_rows('int_adventure_works__orders') }}
),

products as (
    select * from {{ ref('int_adventure_works__products') }}
),

final as (
    select
        'adventure_works' as domain,
        line_amounts.order_id,
        line_amounts.order_line_id,
        orders.customer_id,
        orders.location_id,
        line_amounts.product_id,
        orders.ordered_at_utc,
        orders.order_date,
        products.category,
        line_amounts.quantity,
        line_amounts.unit_price,
        line_amounts.gross_amount,
        line_amounts.discount_amount,
        line_amounts.net_amount,
        {{ line_amount('products.standard_cost * line_amounts.quantity') }} as cost_amount,
        orders.counts_as_sale
    from line_amounts
    inner join orders
        on line_amounts.order_id = orders.order_id
    inner join products
        on line_amounts.product_id = products.product_id
)

select * from final
