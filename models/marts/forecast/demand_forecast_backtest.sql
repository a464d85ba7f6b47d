-- Grain: one row per domain, location, category, datepart (day, week) and finished period that the
-- last origin before it forecast.
-- Trap: days and weeks are the same units: choose one datepart.
with

forecasts as (
    select * from {{ ref('fct_forecasts') }}
    where measure = 'units'
),

origins as (
    select * from {{ ref('fct_forecast_origins') }}
    where not is_live
),

demand as (
    select * from {{ ref('fct_daily_demand') }}
    where measure = 'units'
),

finished_forecasts as (
    select forecasts.*
    from forecasts
    inner join origins
        on
            forecasts.domain = origins.domain
            and forecasts.origin_date = origins.origin_date
            and forecasts.period_end <= origins.last_finished_date
),

units_sold as (
    {%- for datepart in ['day', 'week'] %}
    select
        domain,
        location_id,
        category,
        '{{ datepart }}' as datepart,
        {{ period_start(datepart, 'business_date') }} as period_start,
        sum(demand_value) as units
    from demand
    group by
        domain,
        location_id,
        category,
        {{ period_start(datepart, 'business_date') }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- What the last week before the origin says: weekday by weekday, and as a whole.
days_before as (
    select
        demand.domain,
        demand.location_id,
        demand.category,
        origins.origin_date,
        {{ dbt.datediff('demand.business_date', 'origins.origin_date', 'day') }} as days_ago,
        demand.demand_value as units
    from demand
    inner join origins
        on
            demand.domain = origins.domain
            and demand.business_date <= origins.origin_date
            and {{ dbt.datediff('demand.business_date', 'origins.origin_date', 'day') }} < 7
),

weeks_before as (
    select
        domain,
        location_id,
        category,
        origin_date,
        sum(units) as units
    from days_before
    group by
        domain,
        location_id,
        category,
        origin_date
),

final as (
    select
        forecasts.domain,
        forecasts.location_id,
        forecasts.category,
        forecasts.datepart,
        forecasts.period_start,
        forecasts.origin_date,
        forecasts.days_ahead,
        forecasts.history_days,
        cast(coalesce(units_sold.units, 0) as bigint) as units,
        forecasts.expected as units_expected,
        forecasts.expected_low as units_low,
        forecasts.expected_high as units_high,
        cast(
            case
                when forecasts.datepart = 'day' then coalesce(days_before.units, 0)
                else coalesce(weeks_before.units, 0)
            end as bigint
        ) as naive_units,
        forecasts.naive_error as naive_error_units,
        forecasts.is_seasonal,
        forecasts.forecast_status
    from finished_forecasts as forecasts
    left join units_sold
        on
            forecasts.domain = units_sold.domain
            and forecasts.location_id = units_sold.location_id
            and forecasts.category = units_sold.category
            and forecasts.datepart = units_sold.datepart
            and forecasts.period_start = units_sold.period_start
    left join days_before
        on
            forecasts.domain = days_before.domain
            and forecasts.location_id = days_before.location_id
            and forecasts.category = days_before.category
            and forecasts.origin_date = days_before.origin_date
            and 6 - mod(forecasts.days_ahead - 1, 7) = days_before.days_ago
    left join weeks_before
        on
            forecasts.domain = weeks_before.domain
            and forecasts.location_id = weeks_before.location_id
            and forecasts.category = weeks_before.category
            and forecasts.origin_date = weeks_before.origin_date
)

select * from final
