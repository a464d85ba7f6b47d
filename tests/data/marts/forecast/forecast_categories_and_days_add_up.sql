-- The categories of a location add up to what its own last days say, with its index; a week that
-- lies in the horizon is the sum of its days.
with

origins as (
    select * from {{ ref('fct_forecast_origins') }}
    where is_live
),

indices as (
    select indices.*
    from {{ ref('fct_forecast_indices') }} as indices
    inner join origins
        on
            indices.domain = origins.domain
            and indices.origin_date = origins.origin_date
    where
        indices.measure = 'units'
        and indices.days_ahead > -{{ var('forecast_level_days') }}
        and indices.days_ahead <= {{ var('forecast_horizon_days') }}
),

location_units as (
    select
        trends.domain,
        trends.location_id,
        sum(trends.units) as units
    from {{ ref('location_trends_daily') }} as trends
    inner join origins
        on
            trends.domain = origins.domain
            and trends.business_date <= origins.origin_date
            and {{ dbt.datediff('trends.business_date', 'origins.origin_date', 'day') }}
            < {{ var('forecast_level_days') }}
    group by trends.domain, trends.location_id
),

level_indices as (
    select
        domain,
        location_id,
        sum(demand_index) as level_index
    from indices
    where days_ahead <= 0
    group by domain, location_id
),

locations as (
    select
        indices.domain,
        indices.location_id,
        indices.business_date as period_start,
        {{ ratio('location_units.units * indices.demand_index', 'level_indices.level_index') }}
            as units_expected
    from indices
    inner join location_units
        on
            indices.domain = location_units.domain
            and indices.location_id = location_units.location_id
    inner join level_indices
        on
            indices.domain = level_indices.domain
            and indices.location_id = level_indices.location_id
    where indices.days_ahead > 0
),

categories as (
    select
        domain,
        location_id,
        forecast_date as period_start,
        sum(units_expected) as units_expected
    from {{ ref('demand_forecast') }}
    where forecast_status = 'forecast'
    group by domain, location_id, forecast_date
),

weeks_of_days as (
    select
        domain,
        location_id,
        cast({{ dbt.date_trunc('week', 'forecast_date') }} as date) as period_start,
        sum(units_expected) as units_expected
    from {{ ref('demand_forecast') }}
    group by
        domain,
        location_id,
        cast({{ dbt.date_trunc('week', 'forecast_date') }} as date)
    having count(distinct forecast_date) = 7
),

weeks as (
    select
        domain,
        location_id,
        week_start_date as period_start,
        sum(units_expected) as units_expected
    from {{ ref('demand_forecast_weekly') }}
    group by domain, location_id, week_start_date
),

compared as (
    select
        categories.domain,
        categories.location_id,
        'day' as datepart,
        categories.period_start,
        categories.units_expected,
        locations.units_expected as summed_units_expected
    from categories
    left join locations
        on
            categories.domain = locations.domain
            and categories.location_id = locations.location_id
            and categories.period_start = locations.period_start

    union all

    select
        weeks_of_days.domain,
        weeks_of_days.location_id,
        'week' as datepart,
        weeks_of_days.period_start,
        weeks.units_expected,
        weeks_of_days.units_expected as summed_units_expected
    from weeks_of_days
    left join weeks
        on
            weeks_of_days.domain = weeks.domain
            and weeks_of_days.location_id = weeks.location_id
            and weeks_of_days.period_start = weeks.period_start
)

select *
from compared
where
    (units_expected is null) <> (summed_units_expected is null)
    or abs(units_expected - summed_units_expected) > 0.000001 * (1 + abs(summed_units_expected))
