-- Grain: one row per domain and CLV tier that has customers.
-- Trap: ties share a tier, so a tier may not have the share of customers that its var gives.
with

customers as (
    select * from {{ ref('customer_clv') }}
),

tiers as (
    select
        domain,
        clv_tier,
        count(*) as customers_count,
        cast(sum(orders_count) as bigint) as orders_count,
        {{ amount('sum(revenue)') }} as revenue,
        {{ amount('sum(returned_amount)') }} as returned_amount,
        {{ amount('sum(lifetime_value)') }} as lifetime_value,
        min(lifetime_value) as min_lifetime_value,
        max(lifetime_value) as max_lifetime_value,
        avg(tenure_days) as avg_tenure_days
    from customers
    group by
        domain,
        clv_tier
),

final as (
    select
        domain,
        clv_tier,
        customers_count,
        {{ ratio('customers_count', 'sum(customers_count) over (partition by domain)') }}
            as customers_share,
        orders_count,
        {{ ratio('orders_count', 'customers_count') }} as orders_per_customer,
        revenue,
        returned_amount,
        lifetime_value,
        {{ ratio('lifetime_value', 'sum(lifetime_value) over (partition by domain)') }}
            as lifetime_value_share,
        {{ amount(ratio('lifetime_value', 'customers_count')) }} as avg_lifetime_value,
        min_lifetime_value,
        max_lifetime_value,
        avg_tenure_days
    from tiers
)

select * from final
