-- Which days and weeks had an unlikely revenue, and how small a change could have been seen?
select
    alerts.domain,
    coalesce(locations.location_name, 'all locations') as location_name,
    alerts.datepart,
    alerts.period_start,
    alerts.revenue,
    alerts.revenue_expected,
    round(alerts.revenue_change_rate, 4) as revenue_change_rate,
    round(alerts.detectable_change_rate, 4) as detectable_change_rate
from {{ ref('revenue_alerts') }} as alerts
left join {{ ref('dim_locations') }} as locations
    on
        alerts.domain = locations.domain
        and alerts.location_id = locations.location_id
where alerts.is_alert
order by
    alerts.period_start desc,
    alerts.domain,
    abs(alerts.z_score) desc
