-- At midnight and at the last hour, users, orders and revenue equal a simple count of all earlier
-- orders. Later orders change nothing.
with

hourly as (
    select
        date_hour,
        count(*) as users_count,
        min(customers_ranked) as customers_ranked,
        sum(frequency) as orders_count,
        sum(monetary) as revenue
    from {{ ref('fct_hourly_rfm_segments') }}
    group by date_hour
),

last_hours as (
    select max(date_hour) as last_hour
    from hourly
),

checked_hours as (
    select hourly.*
    from hourly
    cross join last_hours
    where extract(hour from hourly.date_hour) = 0 or hourly.date_hour = last_hours.last_hour
),

core as (
    select
        checked_hours.date_hour,
        count(distinct orders.customer_id) as users_count,
        count(*) as orders_count,
        sum(orders.net_amount) as revenue
    from checked_hours
    inner join {{ ref('fct_orders_as_of') }} as orders
        on checked_hours.date_hour > orders.ordered_at_utc
    where orders.domain = 'greenery' and orders.customer_id is not null
    group by checked_hours.date_hour
),

final as (
    select
        checked_hours.*,
        core.users_count as core_users_count,
        core.orders_count as core_orders_count,
        core.revenue as core_revenue
    from checked_hours
    left join core
        on checked_hours.date_hour = core.date_hour
    where
        core.date_hour is null
        or checked_hours.users_count <> core.users_count
        or checked_hours.customers_ranked <> core.users_count
        or checked_hours.orders_count <> core.orders_count
        or checked_hours.revenue <> core.revenue
)

select * from final
