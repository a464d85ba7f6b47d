-- Grain: one row per domain, order up to as_of_date and product in it, as in fct_order_products.
-- Trap: both flags move with as_of_date, so they are not kept from day to day.
{{ config(materialized='view') }}

select
    products.domain,
    products.order_id,
    products.product_id,
    products.customer_id,
    products.ordered_at_utc,
    products.category,
    products.channel,
    products.products_count,
    products.is_paired,
    products.order_date <= {{ basket_last_date_before_holdout('domains.as_of_date') }}
        as is_before_holdout,
    left_out_orders.order_id is not null as is_left_out
from {{ ref('fct_order_products') }} as products
inner join {{ ref('dim_domains') }} as domains
    on products.domain = domains.domain
left join {{ ref('fct_left_out_orders') }} as left_out_orders
    on
        products.domain = left_out_orders.domain
        and products.order_id = left_out_orders.order_id
