-- A series has one row for each of the next days, and one for each week that begins on them.
with

daily as (
    select
        domain,
        location_id,
        category,
        min(origin_date) as origin_date,
        count(*) as days_count,
        min(forecast_date) as first_date,
        max(forecast_date) as last_date
    from {{ ref('demand_forecast') }}
    group by domain, location_id, category
),

weekly as (
    select
        domain,
        location_id,
        category,
        count(*) as weeks_count,
        min(week_start_date) as first_week,
        max(week_start_date) as last_week
    from {{ ref('demand_forecast_weekly') }}
    group by domain, location_id, category
)

select
    daily.*,
    weekly.weeks_count,
    weekly.first_week,
    weekly.last_week
from daily
full outer join weekly
    on
        daily.domain = weekly.domain
        and daily.location_id = weekly.location_id
        and daily.category = weekly.category
where
    daily.domain is null
    or weekly.domain is null
    or daily.days_count <> {{ var('forecast_horizon_days') }}
    or {{ dbt.datediff('daily.origin_date', 'daily.first_date', 'day') }} <> 1
    or {{ dbt.datediff('daily.origin_date', 'daily.last_date', 'day') }}
    <> {{ var('forecast_horizon_days') }}
    or {{ dbt.datediff('weekly.first_week', 'weekly.last_week', 'day') }}
    <> 7 * (weekly.weeks_count - 1)
    or {{ dbt.datediff('daily.first_date', 'weekly.first_week', 'day') }} not between 0 and 6
    or {{ dbt.datediff('weekly.last_week', 'daily.last_date', 'day') }} not between 0 and 6
