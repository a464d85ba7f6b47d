-- Sales marts that cover all sales have core's revenue; if they count orders, also core's orders.
-- Marts of customers leave out guests.
with

core as (
    select
        sum(net_amount) as core_revenue,
        count(*) as core_orders_count,
        coalesce(sum(case when customer_id is not null then net_amount end), 0)
            as core_revenue_of_customers,
        count(customer_id) as core_orders_of_customers_count
    from {{ ref('fct_orders') }}
    where domain = 'sales'
),

lifetime_values as (
    select
        'customer_lifetime_value' as mart,
        sum(total_revenue) as revenue,
        sum(total_orders) as orders_count
    from {{ ref('customer_lifetime_value') }}
),

-- An order may have several categories, so only revenue adds up.
categories as (
    select
        'category_performance' as mart,
        sum(total_revenue) as revenue,
        null as orders_count
    from {{ ref('category_performance') }}
),

months as (
    select
        'monthly_revenue_orders' as mart,
        sum(total_revenue) as revenue,
        sum(total_orders) as orders_count
    from {{ ref('monthly_revenue_orders') }}
),

frequencies as (
    select
        'customer_order_frequency' as mart,
        null as revenue,
        sum(total_orders) as orders_count
    from {{ ref('customer_order_frequency') }}
),

marts as (
    select * from lifetime_values
    union all
    select * from categories
    union all
    select * from months
    union all
    select * from frequencies
)

select marts.*
from marts
cross join core
where
    marts.mart not like 'customer%'
    and (marts.revenue <> core.core_revenue or marts.orders_count <> core.core_orders_count)
    or marts.mart like 'customer%'
    and (
        marts.revenue <> core.core_revenue_of_customers
        or marts.orders_count <> core.core_orders_of_customers_count
    )
