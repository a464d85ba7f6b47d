-- Customers, orders and revenue of each domain equal core's up to as_of_date, without guests.
with

core as (
    select
        domain,
        count(distinct customer_id) as customers_count,
        count(*) as orders_count,
        sum(net_amount) as revenue
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null
    group by domain
),

mart as (
    select
        domain,
        count(*) as customers_count,
        sum(frequency) as orders_count,
        sum(monetary) as revenue,
        max(customers_ranked) as customers_ranked
    from {{ ref('customer_rfm_segments') }}
    group by domain
),

final as (
    select
        core.domain,
        mart.domain as mart_domain,
        core.customers_count,
        mart.customers_count as mart_customers_count,
        core.orders_count,
        mart.orders_count as mart_orders_count,
        core.revenue,
        mart.revenue as mart_revenue
    from core
    full outer join mart
        on core.domain = mart.domain
    where
        core.domain is null
        or mart.domain is null
        or core.customers_count <> mart.customers_count
        or core.customers_count <> mart.customers_ranked
        or core.orders_count <> mart.orders_count
        or core.revenue <> mart.revenue
)

select * from final
