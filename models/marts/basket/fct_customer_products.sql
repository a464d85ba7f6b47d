-- Grain: one row per domain, customer and product that the customer has bought up to as_of_date.
-- Trap: the last order is the customer's, not the product's; of orders at one time, the last
-- by name.
{{ config(materialized='kept', replaces="is_touched('customer', 'customer_id')") }}

with

products as (
    select * from {{ ref('fct_order_products') }}
    where customer_id is not null and {{ is_touched('customer', 'customer_id') }}
),

last_times as (
    select
        domain,
        customer_id,
        max(ordered_at_utc) as ordered_at_utc
    from products
    group by
        domain,
        customer_id
),

last_orders as (
    select
        products.domain,
        products.customer_id,
        max(products.order_id) as order_id
    from products
    inner join last_times
        on
            products.domain = last_times.domain
            and products.customer_id = last_times.customer_id
            and products.ordered_at_utc = last_times.ordered_at_utc
    group by
        products.domain,
        products.customer_id
),

final as (
    select
        products.domain,
        products.customer_id,
        products.product_id,
        max(products.ordered_at_utc) as last_ordered_at_utc,
        max(case when last_orders.order_id is null then products.ordered_at_utc end)
            as earlier_ordered_at_utc
    from products
    left join last_orders
        on
            products.domain = last_orders.domain
            and products.order_id = last_orders.order_id
    group by
        products.domain,
        products.customer_id,
        products.product_id
)

select * from final
