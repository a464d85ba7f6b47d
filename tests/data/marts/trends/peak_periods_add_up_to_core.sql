-- If orders have a time of day, the hours of the week have core's orders, units and revenue.
with

core as (
    select
        orders.domain,
        count(*) as orders_count,
        sum(orders.units) as units,
        sum(orders.net_amount) as revenue
    from {{ ref('fct_orders_as_of') }} as orders
    inner join {{ ref('dim_domains') }} as domains
        on orders.domain = domains.domain
    where domains.has_time_of_day
    group by orders.domain
),

hours as (
    select
        domain,
        sum(orders_count) as orders_count,
        sum(units) as units,
        sum(revenue) as revenue
    from {{ ref('peak_periods') }}
    group by domain
)

select
    core.*,
    hours.domain as mart_domain,
    hours.orders_count as mart_orders_count,
    hours.units as mart_units,
    hours.revenue as mart_revenue
from core
full outer join hours
    on core.domain = hours.domain
where
    core.domain is null
    or hours.domain is null
    or core.orders_count <> hours.orders_count
    or core.units <> hours.units
    or core.revenue <> hours.revenue
