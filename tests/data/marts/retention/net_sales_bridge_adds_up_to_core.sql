-- Each location has the amounts of core's orders and returns up to as_of_date, of guests and of
-- orders that were returned in full included. Returns by the day of their order are all but those
-- without an order. What core does not record is null.
with

domains as (
    select * from {{ ref('dim_domains') }}
),

sold as (
    select
        domain,
        location_id,
        count(*) as orders_count,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(net_amount) as revenue,
        sum(shipping_amount) as shipping_amount,
        sum(tax_amount) as tax_amount,
        sum(total_amount) as total_amount
    from {{ ref('fct_orders_as_of') }}
    group by domain, location_id
),

returned as (
    select
        domain,
        location_id,
        sum(amount) as returned_amount
    from {{ ref('fct_returns_as_of') }}
    group by domain, location_id
),

core as (
    select
        coalesce(sold.domain, returned.domain) as domain,
        coalesce(sold.location_id, returned.location_id) as location_id,
        coalesce(sold.orders_count, 0) as orders_count,
        coalesce(sold.gross_amount, 0) as gross_amount,
        coalesce(sold.discount_amount, 0) as discount_amount,
        coalesce(sold.revenue, 0) as revenue,
        coalesce(returned.returned_amount, 0) as returned_amount,
        sold.shipping_amount,
        sold.tax_amount,
        coalesce(sold.total_amount, 0) as total_amount
    from sold
    full outer join returned
        on
            sold.domain = returned.domain
            and sold.location_id = returned.location_id
),

bridge as (
    select
        domain,
        location_id,
        sum(orders_count) as orders_count,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(revenue) as revenue,
        sum(returned_amount) as returned_amount,
        sum(orders_returned_amount + returned_without_order_amount) as returned_amount_by_order,
        count(returned_amount) + count(orders_returned_amount)
        + count(returned_without_order_amount) as recorded_returns_count,
        sum(net_sales) as net_sales,
        sum(shipping_amount) as shipping_amount,
        sum(tax_amount) as tax_amount,
        sum(total_amount) as total_amount,
        count(*) as months_count
    from {{ ref('net_sales_bridge_monthly') }}
    group by domain, location_id
)

select
    core.*,
    bridge.domain as mart_domain,
    bridge.orders_count as mart_orders_count,
    bridge.gross_amount as mart_gross_amount,
    bridge.discount_amount as mart_discount_amount,
    bridge.revenue as mart_revenue,
    bridge.returned_amount as mart_returned_amount,
    bridge.returned_amount_by_order as mart_returned_amount_by_order,
    bridge.net_sales as mart_net_sales,
    bridge.shipping_amount as mart_shipping_amount,
    bridge.tax_amount as mart_tax_amount,
    bridge.total_amount as mart_total_amount,
    bridge.recorded_returns_count,
    domains.has_returns
from core
full outer join bridge
    on
        core.domain = bridge.domain
        and core.location_id = bridge.location_id
left join domains
    on bridge.domain = domains.domain
where
    core.domain is null
    or bridge.domain is null
    or core.orders_count <> bridge.orders_count
    or core.gross_amount <> bridge.gross_amount
    or core.discount_amount <> bridge.discount_amount
    or core.revenue <> bridge.revenue
    or core.returned_amount <> coalesce(bridge.returned_amount, 0)
    or core.returned_amount <> coalesce(bridge.returned_amount_by_order, 0)
    or core.revenue - core.returned_amount <> bridge.net_sales
    or core.shipping_amount is distinct from bridge.shipping_amount
    or core.tax_amount is distinct from bridge.tax_amount
    or core.total_amount <> bridge.total_amount
    or bridge.recorded_returns_count
    <> case when domains.has_returns then 3 * bridge.months_count else 0 end
