-- Grain: one row per domain and order that counts as a sale, up to the domain's as_of_date.
-- Trap: a guest's order has a null customer_id: it has revenue, but no customer.
{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('fct_orders') }}
    where counts_as_sale
),

domains as (
    select * from {{ ref('dim_domains') }}
),

final as (
    select
        orders.domain,
        orders.order_id,
        orders.customer_id,
        orders.location_id,
        orders.ordered_at,
        orders.ordered_at_utc,
        orders.order_date,
        orders.units,
        orders.line_count,
        orders.gross_amount,
        orders.discount_amount,
        orders.net_amount,
        orders.is_discounted,
        orders.is_loyalty_order,
        domains.as_of_date
    from orders
    inner join domains
        on orders.domain = domains.domain
    where orders.order_date <= domains.as_of_date
)

select * from final
