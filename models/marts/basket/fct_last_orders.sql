-- Grain: one row per domain and customer: the customer's last order up to as_of_date.
-- Trap: last in UTC; of orders at one time, the last by name.
{{ config(materialized='kept', replaces="is_touched('customer', 'customer_id')") }}

with

orders as (
    select * from {{ ref('fct_orders_as_of') }}
    where customer_id is not null and {{ is_touched('customer', 'customer_id') }}
),

last_times as (
    select
        domain,
        customer_id,
        max(ordered_at_utc) as ordered_at_utc
    from orders
    group by
        domain,
        customer_id
),

-- DuckDB ranks orders by a window on one core only.
last_orders as (
    select
        orders.domain,
        orders.customer_id,
        max(orders.order_id) as order_id
    from orders
    inner join last_times
        on
            orders.domain = last_times.domain
            and orders.customer_id = last_times.customer_id
            and orders.ordered_at_utc = last_times.ordered_at_utc
    group by
        orders.domain,
        orders.customer_id
),

final as (
    select
        orders.domain,
        orders.customer_id,
        orders.order_id,
        orders.order_date
    from orders
    inner join last_orders
        on
            orders.domain = last_orders.domain
            and orders.order_id = last_orders.order_id
)

select * from final
