-- Grain: one row per domain and customer with an order up to as_of_date.
-- Trap: an order that was returned in full is in the columns all_..., and in no other.
{{ config(materialized='kept', replaces="is_touched('customer', 'customer_id')") }}

with

orders as (
    select
        domain,
        customer_id,
        ordered_at,
        order_date,
        net_amount,
        is_loyalty_order,
        not is_returned_in_full as is_kept
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null and {{ is_touched('customer', 'customer_id') }}
),

returns_by_customer as (
    select
        domain,
        customer_id,
        sum(amount) as returned_amount
    from {{ ref('fct_returns_as_of') }}
    where
        customer_id is not null
        and not is_order_returned_in_full
        and {{ is_touched('customer', 'customer_id') }}
    group by
        domain,
        customer_id
),

customers as (
    select
        domain,
        customer_id,
        count(*) as all_orders_count,
        sum(case when is_loyalty_order then 1 else 0 end) as all_loyalty_orders_count,
        sum(net_amount) as all_revenue,
        min(order_date) as all_first_order_date,
        min(case when is_loyalty_order then order_date end) as all_first_loyalty_order_date,
        count(case when is_kept then 1 end) as orders_count,
        sum(case when is_kept then net_amount else 0 end) as revenue,
        min(case when is_kept then ordered_at end) as first_ordered_at,
        max(case when is_kept then ordered_at end) as last_ordered_at,
        min(case when is_kept then order_date end) as first_order_date,
        max(case when is_kept then order_date end) as last_order_date
    from orders
    group by
        domain,
        customer_id
),

final as (
    select
        customers.domain,
        customers.customer_id,
        customers.all_orders_count,
        cast(customers.all_loyalty_orders_count as bigint) as all_loyalty_orders_count,
        {{ amount('customers.all_revenue') }} as all_revenue,
        customers.all_first_order_date,
        customers.all_first_loyalty_order_date,
        customers.orders_count,
        {{ amount('customers.revenue') }} as revenue,
        {{ amount('coalesce(returns_by_customer.returned_amount, 0)') }} as returned_amount,
        customers.first_ordered_at,
        customers.last_ordered_at,
        customers.first_order_date,
        customers.last_order_date
    from customers
    left join returns_by_customer
        on
            customers.domain = returns_by_customer.domain
            and customers.customer_id = returns_by_customer.customer_id
)

select * from final
