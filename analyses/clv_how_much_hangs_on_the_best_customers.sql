-- How much of the revenue comes from the best customers, and how few are they?
select
    domain,
    clv_tier,
    customers_count,
    round(customers_share, 4) as customers_share,
    lifetime_value,
    round(lifetime_value_share, 4) as lifetime_value_share,
    avg_lifetime_value,
    orders_per_customer
from {{ ref('clv_tier_summary') }}
order by domain, avg_lifetime_value desc
