-- Grain: one row per domain and customer with an order up to as_of_date that was not returned in
-- full.
-- Trap: a tier compares customers of one domain; High in one may be less than Low in another.
with

customers as (
    select * from {{ ref('fct_customer_totals') }}
    where orders_count > 0
),

domains as (
    select * from {{ ref('dim_domains') }}
),

customers_with_values as (
    select
        customers.domain,
        customers.customer_id,
        customers.first_order_date,
        customers.last_order_date,
        domains.as_of_date,
        customers.orders_count,
        customers.revenue,
        case when domains.has_returns then customers.returned_amount end as returned_amount,
        {{ amount('customers.revenue - customers.returned_amount') }} as lifetime_value
    from customers
    inner join domains
        on customers.domain = domains.domain
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
    from customers_with_values
)

select * from final
