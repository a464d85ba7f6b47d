-- Grain: one row per domain and customer with an order in the holdout: the customer's last one.
with

orders as (
    select * from {{ ref('fct_orders_as_of') }}
    where
        customer_id is not null
        and order_date > {{ basket_last_date_before_holdout() }}
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

-- Of orders at one time, the last by name. DuckDB ranks orders by a window on one core only.
final as (
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
)

select * from final
