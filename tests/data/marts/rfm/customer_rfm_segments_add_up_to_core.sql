-- Customers, orders and net sales of each domain equal core's up to as_of_date, without guests and
-- without orders that were returned in full. Returns of customers without an order have no row.
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

mart as (
    select
        domain,
        count(*) as customers_count,
        sum(frequency) as orders_count,
        sum(monetary) as net_sales,
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
        returns.returned_amount,
        mart.net_sales as mart_net_sales
    from core
    full outer join mart
        on core.domain = mart.domain
    left join returns
        on core.domain = returns.domain
    where
        core.domain is null
        or mart.domain is null
        or core.customers_count <> mart.customers_count
        or core.customers_count <> mart.customers_ranked
        or core.orders_count <> mart.orders_count
        or core.revenue - coalesce(returns.returned_amount, 0) <> mart.net_sales
)

select * from final
