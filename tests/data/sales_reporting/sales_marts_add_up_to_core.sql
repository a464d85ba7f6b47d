-- Each sales mart that covers all sales has core's revenue; those by customer have its orders.
with

core as (
    select
        sum(net_amount) as revenue,
        count(*) as orders_count
    from {{ ref('fct_orders') }}
    where {{ adapter.quote('domain') }} = 'sales'
),

marts as (
    select 'customer_lifetime_value' as mart, sum(total_revenue) as revenue, sum(total_orders) as orders_count
    from {{ ref('customer_lifetime_value') }}
    union all
    select 'category_performance', sum(total_revenue), null
    from {{ ref('category_performance') }}
    union all
    select 'monthly_revenue_orders', sum(total_revenue), sum(total_orders)
    from {{ ref('monthly_revenue_orders') }}
    union all
    select 'customer_order_frequency', null, sum(total_orders)
    from {{ ref('customer_order_frequency') }}
)

select *
from marts
cross join core
where marts.revenue <> core.revenue or marts.orders_count <> core.orders_count
