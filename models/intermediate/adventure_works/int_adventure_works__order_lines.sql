-- Grain: one row per order line.
-- Trap: cost is today's standard cost, not the cost at the time of the sale.
{{ config(materialized='by_order', kept_as='view') }}

with

order_details as (
    select * from {{ touched_rows('stg_adventure_works__sales_order_details') }}
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
        order_details.sales_order_id as order_id,
        order_details.sales_order_detail_id as order_line_id,
        orders.customer_id,
        orders.location_id,
        order_details.product_id,
        orders.ordered_at_utc,
        orders.order_date,
        products.category,
        order_details.quantity,
        order_details.unit_price,
        {{ line_amount('order_details.quantity * order_details.unit_price') }} as gross_amount,
        {{ line_amount(
            'order_details.quantity * order_details.unit_price - order_details.line_total'
        ) }} as discount_amount,
        order_details.line_total as net_amount,
        {{ line_amount('products.standard_cost * order_details.quantity') }} as cost_amount,
        orders.counts_as_sale
    from order_details
    inner join orders
        on order_details.sales_order_id = orders.order_id
    inner join products
        on order_details.product_id = products.product_id
)

select * from final
