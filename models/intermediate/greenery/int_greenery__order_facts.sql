-- Grain: one row per order that counts as a sale, with the columns that the KPI marts share.
-- Trap: first_ordered_at is the customer's first order; it is null for a guest.
{%- set time_zone = sql_text(domain_time_zone('greenery')) %}
{%- set delivered_at_utc = to_utc('staged_orders.delivered_at', time_zone) %}
with

orders as (
    select * from {{ ref('int_greenery__orders') }}
    where counts_as_sale
),

staged_orders as (
    select * from {{ ref('stg_greenery__orders') }}
),

customers_with_orders as (
    select
        customer_id,
        min(ordered_at) as first_ordered_at
    from orders
    where customer_id is not null
    group by customer_id
),

final as (
    select
        orders.order_id,
        orders.customer_id,
        orders.ordered_at,
        customers_with_orders.first_ordered_at,
        staged_orders.promo_id,
        orders.units,
        orders.net_amount,
        {{ ratio(
            dbt.datediff('staged_orders.created_at_utc', delivered_at_utc, 'second'),
            '86400'
        ) }} as delivery_days
    from orders
    inner join staged_orders
        on orders.order_id = staged_orders.order_id
    left join customers_with_orders
        on orders.customer_id = customers_with_orders.customer_id
)

select * from final
