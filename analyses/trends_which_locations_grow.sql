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
    location_months.domain,
    location_months.location_id,
    locations.location_name,
    locations.city,
    location_months.month_start_date,
    location_months.revenue,
    location_months.year_before_revenue,
    round({{ ratio(
        'location_months.revenue - location_months.year_before_revenue',
        'location_months.year_before_revenue'
    ) }}, 4) as year_revenue_change_rate
from location_months
inner join {{ ref('dim_locations') }} as locations
    on
        location_months.domain = locations.domain
        and location_months.location_id = locations.location_id
qualify
    row_number() over (
        partition by location_months.domain, location_months.location_id
        order by location_months.month_start_date desc
    ) = 1
order by
    location_months.domain,
    year_revenue_change_rate desc,
    location_months.location_id
