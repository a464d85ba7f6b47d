-- The locations of a domain have core's orders and revenue up to as_of_date, each order once.
with

core as (
    select
        orders.domain,
        count(*) as orders_count,
        sum(orders.net_amount) as revenue
    from {{ ref('fct_orders_as_of') }} as orders
    inner join {{ ref('dim_domains') }} as dim_domains
        on orders.domain = dim_domains.domain
    where dim_domains.has_locations
    group by orders.domain
),

locations as (
    select
        domain,
        sum(orders_count) as orders_count,
        sum(total_revenue) as revenue
    from {{ ref('location_performance') }}
    group by domain
),

final as (
    select
        core.domain,
        core.orders_count,
        locations.orders_count as orders_of_locations,
        core.revenue,
        locations.revenue as revenue_of_locations
    from core
    full outer join locations
        on core.domain = locations.domain
    where
        core.domain is null
        or locations.domain is null
        or core.orders_count <> locations.orders_count
        or core.revenue <> locations.revenue
)

select * from final
