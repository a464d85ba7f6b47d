-- Grain: one row per domain and CLV tier that has customers.
-- Trap: there is no mean overdue_ratio: one customer with tiny gaps would dominate it.
with

indicators as (
    select * from {{ ref('customer_churn_indicators') }}
),

customer_values as (
    select * from {{ ref('customer_clv') }}
),

tiers as (
    select
        customer_values.domain,
        customer_values.clv_tier,
        count(*) as customers_count,
        count(case when indicators.is_at_risk then 1 end) as at_risk_customers_count,
        avg(indicators.days_since_last_order) as avg_days_since_last_order,
        {{ amount('sum(customer_values.lifetime_value)') }} as lifetime_value,
        {{ amount(
            'sum(case when indicators.is_at_risk then customer_values.lifetime_value else 0 end)'
        ) }} as at_risk_lifetime_value,
        {{ amount('sum(indicators.recent_spend_amount)') }} as recent_spend_amount,
        {{ amount('sum(indicators.previous_spend_amount)') }} as previous_spend_amount
    from indicators
    inner join customer_values
        on
            indicators.domain = customer_values.domain
            and indicators.customer_id = customer_values.customer_id
    group by
        customer_values.domain,
        customer_values.clv_tier
),

final as (
    select
        domain,
        clv_tier,
        customers_count,
        at_risk_customers_count,
        {{ ratio('at_risk_customers_count', 'customers_count') }} as at_risk_rate,
        avg_days_since_last_order,
        lifetime_value,
        at_risk_lifetime_value,
        {{ ratio('at_risk_lifetime_value', 'lifetime_value') }} as at_risk_lifetime_value_share,
        recent_spend_amount,
        previous_spend_amount,
        case
            when previous_spend_amount > 0
                then {{ ratio(
                    'recent_spend_amount - previous_spend_amount', 'previous_spend_amount'
                ) }}
        end as spend_change_rate
    from tiers
)

select * from final
