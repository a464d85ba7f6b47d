-- Orders and lifetime values of customers, and of tiers, equal core's orders and returns without
-- guests and without orders that were returned in full. Returns of customers without an order have
-- no row.
with

customers_with_orders as (
    select distinct
        domain,
        customer_id
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null and not is_returned_in_full
),

returns as (
    select
        returned.domain,
        sum(returned.amount) as returned_amount
    from {{ ref('fct_returns_as_of') }} as returned
    inner join customers_with_orders
        on
            returned.domain = customers_with_orders.domain
            and returned.customer_id = customers_with_orders.customer_id
    where not returned.is_order_returned_in_full
    group by returned.domain
),

core as (
    select
        domain,
        count(distinct customer_id) as customers_count,
        count(*) as orders_count,
        sum(net_amount) as revenue
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null and not is_returned_in_full
    group by domain
),

customers as (
    select
        'customer_clv' as mart,
        domain,
        count(*) as customers_count,
        sum(orders_count) as orders_count,
        sum(revenue) as revenue,
        sum(returned_amount) as returned_amount,
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
        sum(revenue) as revenue,
        sum(returned_amount) as returned_amount,
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
    returns.returned_amount as returned_amount_of_core,
    marts.*
from core
full outer join marts
    on core.domain = marts.domain
left join returns
    on core.domain = returns.domain
where
    core.domain is null
    or marts.domain is null
    or core.customers_count <> marts.customers_count
    or core.orders_count <> marts.orders_count
    or core.revenue <> marts.revenue
    or coalesce(returns.returned_amount, 0) <> coalesce(marts.returned_amount, 0)
    or core.revenue - coalesce(returns.returned_amount, 0) <> marts.lifetime_value
