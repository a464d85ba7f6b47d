-- Which categories earn most, what is their share, and do they sell below list price? A
-- paid_price_rate of 0.95 is five per cent below it.
select
    category,
    total_revenue,
    round({{ ratio('total_revenue', 'sum(total_revenue) over ()') }}, 4) as revenue_share,
    total_sales as units,
    round({{ ratio('avg_unit_price', 'avg_price') }}, 4) as paid_price_rate
from {{ ref('category_performance') }}
order by total_revenue desc
