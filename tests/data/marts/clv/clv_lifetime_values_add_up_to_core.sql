-- Orders and lifetime values of customers, and of tiers, equal core's orders without guests.
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

customers as (
    select
        'customer_clv' as mart,
        domain,
        count(*) as customers_count,
        sum(orders_count) as orders_count,
        sum(lifetime_value) as lifetime_value
    from {{ ref('customer_clv') }}
    group by domain
),

tiers as (
    select
        'clv_tier_summary' as mart,
        domain,
        sum(customers_count) as customers_count,
        sum(orders_count) as orders_count,
        sum(lifetime_value) as lifetime_value
    from {{ ref('clv_tier_summary') }}
    group by domain
),

marts as (
    select * from customers
    union all
    select * from tiers
)

select
    core.domain,
    core.revenue,
    marts.*
from core
full outer join marts
    on core.domain = marts.domain
where
    core.domain is null
    or marts.domain is null
    or core.customers_count <> marts.customers_count
    or core.orders_count <> marts.orders_count
    or core.revenue <> marts.lifetime_value
