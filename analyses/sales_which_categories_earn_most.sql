-- Which categories earn most, what is their share, and do they sell below list price?
select
    category,
    total_revenue,
    total_revenue / sum(total_revenue) over () as revenue_share,
    total_sales as units,
    {{ ratio('avg_unit_price', 'avg_price') }} as paid_of_list_price
from {{ ref('category_performance') }}
order by total_revenue desc
