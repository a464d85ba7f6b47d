-- Sales marts have core's revenue less core's returns: months and categories all of it, marts by
-- customer that of customers with an order. Those that count orders have core's orders.
with

orders as (
    select * from {{ ref('fct_orders') }}
    where domain = 'sales'
),

returns as (
    select * from {{ ref('fct_returns') }}
    where domain = 'sales'
),

customers_with_orders as (
    select distinct customer_id
    from orders
    where customer_id is not null
),

core as (
    select
        coalesce(sum(net_amount), 0) as revenue,
        count(*) as orders_count,
        coalesce(sum(case when customer_id is not null then net_amount end), 0)
            as revenue_of_customers,
        count(customer_id) as orders_of_customers_count
    from orders
),

core_returns as (
    select
        coalesce(sum(returns.amount), 0) as returned_amount,
        coalesce(
            sum(case when customers_with_orders.customer_id is not null then returns.amount end), 0
        ) as returned_amount_of_customers
    from returns
    left join customers_with_orders
        on returns.customer_id = customers_with_orders.customer_id
),

lifetime_values as (
    select
        'customer_lifetime_value' as mart,
        true as is_by_customer,
        sum(total_revenue) as revenue,
        sum(returned_amount) as returned_amount,
        sum(total_orders) as orders_count
    from {{ ref('customer_lifetime_value') }}
),

-- An order may have several categories, so only revenue adds up.
categories as (
    select
        'category_performance' as mart,
        false as is_by_customer,
        sum(total_revenue) as revenue,
        sum(returned_amount) as returned_amount,
        null as orders_count
    from {{ ref('category_performance') }}
),

months as (
    select
        'monthly_revenue_orders' as mart,
        false as is_by_customer,
        sum(total_revenue) as revenue,
        sum(returned_amount) as returned_amount,
        sum(total_orders) as orders_count
    from {{ ref('monthly_revenue_orders') }}
),

frequencies as (
    select
        'customer_order_frequency' as mart,
        true as is_by_customer,
        null as revenue,
        null as returned_amount,
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
),

expected as (
    select
        marts.mart,
        marts.revenue,
        marts.returned_amount,
        marts.orders_count,
        case
            when marts.is_by_customer
                then core.revenue_of_customers - core_returns.returned_amount_of_customers
            else core.revenue - core_returns.returned_amount
        end as expected_revenue,
        case
            when marts.is_by_customer then core_returns.returned_amount_of_customers
            else core_returns.returned_amount
        end as expected_returned_amount,
        case
            when marts.is_by_customer then core.orders_of_customers_count
            else core.orders_count
        end as expected_orders_count
    from marts
    cross join core
    cross join core_returns
)

select *
from expected
where
    revenue <> expected_revenue
    or returned_amount <> expected_returned_amount
    or orders_count <> expected_orders_count
