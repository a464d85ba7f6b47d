-- Which stores are the three best and the three worst of each domain?
select
    domain,
    revenue_rank,
    worst_revenue_rank,
    location_id,
    location_name,
    total_revenue,
    round(revenue_share, 4) as revenue_share,
    orders_per_week,
    avg_order_value
from {{ ref('location_performance') }}
where revenue_rank <= 3 or worst_revenue_rank <= 3
order by
    domain,
    revenue_rank,
    location_id
