-- Which three products earned the most margin in each month, and how do they rank by revenue?
with

sales_performance as (
    select * from {{ ref('sales_performance') }}
),

ranked as (
    select
        month_start_date,
        product_id,
        product_name,
        category,
        revenue,
        revenue_rank,
        gross_margin,
        gross_margin_rate,
        revenue_change_rate,
        row_number() over (
            partition by month_start_date order by gross_margin desc nulls last, product_id asc
        ) as margin_rank
    from sales_performance
)

select
    month_start_date,
    margin_rank,
    product_name,
    category,
    gross_margin,
    round(gross_margin_rate, 4) as gross_margin_rate,
    revenue,
    revenue_rank,
    round(revenue_change_rate, 4) as revenue_change_rate
from ranked
where margin_rank <= 3
order by
    month_start_date,
    margin_rank
