-- The revenue of a day of the domain, and of a week of a location, is that of the trends.
with

trends as (
    select
        domain,
        '(all)' as location_id,
        'day' as datepart,
        business_date as period_start,
        sum(revenue) as revenue
    from {{ ref('location_trends_daily') }}
    group by domain, business_date

    union all

    select
        domain,
        location_id,
        'week' as datepart,
        week_start_date as period_start,
        sum(revenue) as revenue
    from {{ ref('sales_trends_weekly') }}
    group by domain, location_id, week_start_date
)

select
    alerts.domain,
    alerts.location_id,
    alerts.datepart,
    alerts.period_start,
    alerts.revenue,
    trends.revenue as trends_revenue
from {{ ref('revenue_alerts') }} as alerts
left join trends
    on
        alerts.domain = trends.domain
        and alerts.location_id = trends.location_id
        and alerts.datepart = trends.datepart
        and alerts.period_start = trends.period_start
where coalesce(alerts.revenue, 0) <> coalesce(trends.revenue, 0)
