-- How many customers of each tier are at risk, and how much have they spent so far?
select
    domain,
    clv_tier,
    customers_count,
    at_risk_customers_count,
    at_risk_rate,
    at_risk_lifetime_value,
    at_risk_lifetime_value_share,
    spend_change_rate
from {{ ref('churn_summary') }}
order by domain, at_risk_lifetime_value desc
