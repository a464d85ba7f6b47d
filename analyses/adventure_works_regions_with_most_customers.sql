-- Which regions have the most customers, and do they also bring the most revenue?
select
    region,
    territory_group,
    customers_count,
    round(customers_share, 4) as customers_share,
    revenue,
    round(revenue_share, 4) as revenue_share,
    {{ amount(ratio('revenue', 'customers_count')) }} as revenue_per_customer
from {{ ref('customers_by_region') }}
order by
    customers_count desc,
    territory_id asc
