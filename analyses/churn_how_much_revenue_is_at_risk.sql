-- How many customers of each tier are at risk, and how much have they spent so far?
select
    domain,
    clv_tier,
    customers_count,
    at_risk_customers_count,
    round(at_risk_rate, 4) as at_risk_rate,
    at_risk_lifetime_value,
    round(at_risk_lifetime_value_share, 4) as at_risk_lifetime_value_share,
    round(spend_change_rate, 4) as spend_change_rate
from {{ ref('churn_summary') }}
order by domain, at_risk_lifetime_value desc
