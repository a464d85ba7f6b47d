-- The locations of a domain have core's orders, revenue and returns up to as_of_date, each once.
-- Returns at places without an order have no row.
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

locations_with_orders as (
    select distinct
        domain,
        location_id
    from {{ ref('fct_orders_as_of') }}
),

returns as (
    select
        returned.domain,
        sum(returned.amount) as returned_amount
    from {{ ref('fct_returns_as_of') }} as returned
    inner join locations_with_orders
        on
            returned.domain = locations_with_orders.domain
            and returned.location_id = locations_with_orders.location_id
    group by returned.domain
),

locations as (
    select
        domain,
        sum(orders_count) as orders_count,
        sum(total_revenue) as revenue,
        sum(returned_amount) as returned_amount,
        sum(net_sales) as net_sales
    from {{ ref('location_performance') }}
    group by domain
),

final as (
    select
        core.domain,
        core.orders_count,
        locations.orders_count as orders_of_locations,
        core.revenue,
        locations.revenue as revenue_of_locations,
        returns.returned_amount,
        locations.returned_amount as returned_amount_of_locations
    from core
    full outer join locations
        on core.domain = locations.domain
    left join returns
        on core.domain = returns.domain
    where
        core.domain is null
        or locations.domain is null
        or core.orders_count <> locations.orders_count
        or core.revenue <> locations.revenue
        or coalesce(returns.returned_amount, 0) <> coalesce(locations.returned_amount, 0)
        or core.revenue - coalesce(returns.returned_amount, 0) <> locations.net_sales
)

select * from final
