-- Who is about to leave? The best customers first who are late by their usual gap between orders.
select
    indicators.domain,
    indicators.customer_id,
    dim_customers.name,
    customer_clv.clv_tier,
    customer_clv.lifetime_value,
    indicators.days_since_last_order,
    round(indicators.avg_days_between_orders, 1) as avg_days_between_orders,
    round(indicators.overdue_ratio, 2) as overdue_ratio,
    round(indicators.spend_change_rate, 4) as spend_change_rate
from {{ ref('customer_churn_indicators') }} as indicators
inner join {{ ref('customer_clv') }} as customer_clv
    on
        indicators.domain = customer_clv.domain
        and indicators.customer_id = customer_clv.customer_id
inner join {{ ref('dim_customers') }} as dim_customers
    on
        indicators.domain = dim_customers.domain
        and indicators.customer_id = dim_customers.customer_id
where indicators.is_at_risk and indicators.overdue_ratio > 1
order by
    indicators.domain,
    customer_clv.lifetime_value desc,
    indicators.customer_id
