-- Which products sold best in each month? Net sales take the returns of the month off.
select
    domain,
    month_start_date,
    revenue_rank,
    product_name,
    category,
    units,
    revenue,
    round(revenue_share, 4) as revenue_share,
    returned_amount,
    net_sales,
    round(gross_margin_rate, 4) as gross_margin_rate
from {{ ref('product_performance') }}
where revenue_rank <= 5
order by
    domain asc,
    month_start_date desc,
    revenue_rank asc,
    product_name asc
