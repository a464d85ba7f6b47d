-- How do orders and revenue change from month to month, and what is the revenue of the year so far?
select
    month,
    total_orders,
    total_revenue,
    total_revenue - lag(total_revenue) over (order by month) as revenue_change_amount,
    sum(total_revenue) over (
        partition by substring(month, 1, 4) order by month
    ) as revenue_of_year_so_far
from {{ ref('monthly_revenue_orders') }}
order by month
