-- How much of the revenue comes from the best customers, and how few are they?
select
    domain,
    clv_tier,
    customers_count,
    customers_share,
    lifetime_value,
    lifetime_value_share,
    avg_lifetime_value,
    orders_per_customer
from {{ ref('clv_tier_summary') }}
order by domain, avg_lifetime_value desc
