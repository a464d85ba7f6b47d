-- Grain: one row per domain and customer with an order up to as_of_date that was not returned in
-- full.
-- Trap: a tier compares customers of one domain; High in one may be less than Low in another.
with

orders as (
    select * from {{ ref('fct_orders_as_of') }}
    where customer_id is not null and not is_returned_in_full
),

returns as (
    select * from {{ ref('fct_returns_as_of') }}
    where customer_id is not null and not is_order_returned_in_full
),

domains as (
    select * from {{ ref('dim_domains') }}
),

returns_by_customer as (
    select
        domain,
        customer_id,
        sum(amount) as returned_amount
    from returns
    group by
        domain,
        customer_id
),

customers as (
    select
        domain,
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        max(as_of_date) as as_of_date,
        count(*) as orders_count,
        {{ amount('sum(net_amount)') }} as revenue
    from orders
    group by
        domain,
        customer_id
),

customers_with_returns as (
    select
        customers.domain,
        customers.customer_id,
        customers.first_order_date,
        customers.last_order_date,
        customers.as_of_date,
        customers.orders_count,
        customers.revenue,
        case
            when domains.has_returns
                then {{ amount('coalesce(returns_by_customer.returned_amount, 0)') }}
        end as returned_amount,
        {{ amount('customers.revenue - coalesce(returns_by_customer.returned_amount, 0)') }}
            as lifetime_value
    from customers
    inner join domains
        on customers.domain = domains.domain
    left join returns_by_customer
        on
            customers.domain = returns_by_customer.domain
            and customers.customer_id = returns_by_customer.customer_id
),

final as (
    select
        domain,
        customer_id,
        first_order_date,
        last_order_date,
        {{ dbt.datediff('first_order_date', 'as_of_date', 'day') }} as tenure_days,
        orders_count,
        revenue,
        {{ amount(ratio('revenue', 'orders_count')) }} as avg_order_value,
        returned_amount,
        lifetime_value,
        {{ clv_tier('lifetime_value', 'domain') }} as clv_tier
    from customers_with_returns
)

select * from final
