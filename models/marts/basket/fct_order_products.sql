-- Grain: one row per domain, order up to as_of_date and product in it.
-- Trap: products that came back are here too, even all of an order: people chose them together.
-- Guests' orders count as well. An order with is_paired false has too many products for any pair.
{{ config(materialized='kept', replaces="is_touched('day', 'order_date')") }}

with

order_lines as (
    select * from {{ ref('fct_order_lines_as_of') }}
    where {{ is_touched('day', 'order_date') }}
),

orders as (
    select * from {{ ref('fct_orders_as_of') }}
    where {{ is_touched('day', 'order_date') }}
),

-- Lines of one product in one order may have different categories.
products_of_orders as (
    select
        domain,
        order_id,
        product_id,
        min(category) as category
    from order_lines
    group by
        domain,
        order_id,
        product_id
),

baskets as (
    select
        domain,
        order_id,
        count(*) as products_count
    from products_of_orders
    group by
        domain,
        order_id
),

final as (
    select
        products_of_orders.domain,
        products_of_orders.order_id,
        products_of_orders.product_id,
        orders.customer_id,
        orders.order_date,
        orders.ordered_at_utc,
        products_of_orders.category,
        coalesce(orders.channel, '(none)') as channel,
        baskets.products_count,
        baskets.products_count <= {{ var('basket_maximum_products') }} as is_paired
    from products_of_orders
    inner join baskets
        on
            products_of_orders.domain = baskets.domain
            and products_of_orders.order_id = baskets.order_id
    inner join orders
        on
            products_of_orders.domain = orders.domain
            and products_of_orders.order_id = orders.order_id
)

select * from final
