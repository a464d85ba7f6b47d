-- Grain: one row per domain, customer and product that the customer has bought up to as_of_date.
-- Trap: earlier_ordered_at_utc leaves out the customer's last order, not the product's.
{{ config(materialized='kept', replaces="is_touched('customer', 'customer_id')") }}

with

products as (
    select * from {{ ref('fct_order_products') }}
    where customer_id is not null and {{ is_touched('customer', 'customer_id') }}
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
    left join {{ ref('fct_last_orders') }} as last_orders
        on
            products.domain = last_orders.domain
            and products.order_id = last_orders.order_id
    group by
        products.domain,
        products.customer_id,
        products.product_id
)

select * from final
