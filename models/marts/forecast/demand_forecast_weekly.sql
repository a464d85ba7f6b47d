-- Grain: one row per domain, location, category and ISO week that begins on one of the next
-- forecast_horizon_days.
-- Trap: the days before the first whole week are in demand_forecast only.
with

forecasts as (
    select * from {{ ref('fct_forecasts') }}
    where measure = 'units' and datepart = 'week'
),

live_origins as (
    select * from {{ ref('fct_forecast_origins') }}
    where is_live
),

final as (
    select
        forecasts.domain,
        forecasts.location_id,
        forecasts.category,
        forecasts.period_start as week_start_date,
        forecasts.origin_date,
        forecasts.days_ahead,
        forecasts.history_days,
        forecasts.expected as units_expected,
        forecasts.expected_low as units_low,
        forecasts.expected_high as units_high,
        forecasts.is_seasonal,
        forecasts.forecast_status
    from forecasts
    inner join live_origins
        on
            forecasts.domain = live_origins.domain
            and forecasts.origin_date = live_origins.origin_date
)

select * from final
