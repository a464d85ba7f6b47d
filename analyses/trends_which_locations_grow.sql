-- Which locations grow? The last complete month against the same month a year before.
with

location_months as (
    select
        domain,
        location_id,
        month_start_date,
        {{ amount('sum(revenue)') }} as revenue,
        {{ amount('sum(year_before_revenue)') }} as year_before_revenue
    from {{ ref('sales_trends_monthly') }}
    where is_complete
    group by domain, location_id, month_start_date
)

select
    domain,
    location_id,
    month_start_date,
    revenue,
    year_before_revenue,
    {{ ratio('revenue - year_before_revenue', 'year_before_revenue') }} as year_revenue_change_rate
from location_months
qualify
    row_number() over (partition by domain, location_id order by month_start_date desc) = 1
order by domain, year_revenue_change_rate desc, location_id
