-- What came after the holdout's cutoff, of customers known by then, equals core's days with an
-- order that was not returned in full; the tenths hold all customers.
with

known_customers as (
    select
        domain,
        customer_id,
        max(cutoff_date) as cutoff_date
    from {{ ref('clv_holdout_customers') }}
    group by
        domain,
        customer_id
),

core as (
    select
        orders.domain,
        count(distinct concat(orders.customer_id, ' ', orders.order_date)) as purchases_count,
        sum(orders.net_amount - coalesce(orders.returned_amount, 0)) as net_spend
    from {{ ref('fct_orders_as_of') }} as orders
    inner join known_customers
        on
            orders.domain = known_customers.domain
            and orders.customer_id = known_customers.customer_id
            and orders.order_date > known_customers.cutoff_date
    where not orders.is_returned_in_full
    group by orders.domain
),

holdout as (
    select
        domain,
        sum(actual_purchases_count) as purchases_count,
        sum(actual_net_spend) as net_spend,
        count(*) as customers_count
    from {{ ref('clv_holdout_customers') }}
    group by domain
),

tenths as (
    select
        domain,
        sum(customers_count) as customers_count
    from {{ ref('clv_holdout_deciles') }}
    group by domain
)

select
    holdout.domain,
    holdout.purchases_count,
    core.purchases_count as core_purchases_count,
    holdout.net_spend,
    core.net_spend as core_net_spend,
    holdout.customers_count,
    tenths.customers_count as tenths_count
from holdout
left join core
    on holdout.domain = core.domain
left join tenths
    on holdout.domain = tenths.domain
where
    holdout.purchases_count <> coalesce(core.purchases_count, 0)
    or holdout.net_spend <> coalesce(core.net_spend, 0)
    or holdout.customers_count <> coalesce(tenths.customers_count, 0)
