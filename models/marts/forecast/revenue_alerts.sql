-- Grain: one row per domain and day (location_id '(all)'), and per location and ISO week, that has
-- ended and that an origin before it forecast.
-- Trap: no alert of a small location does not mean a good week: see detectable_change_rate.
{%- set alert_z = var('alert_z') %}
{%- set minimum_days = var('alert_minimum_days') %}
with

forecasts as (
    select * from {{ ref('fct_forecasts') }}
    where
        (measure = 'domain_revenue' and datepart = 'day')
        or (measure = 'location_revenue' and datepart = 'week')
),

origins as (
    select * from {{ ref('fct_forecast_origins') }}
    where not is_live
),

finished_forecasts as (
    select
        forecasts.*,
        forecasts.period_end = origins.last_finished_date as is_newest
    from forecasts
    inner join origins
        on
            forecasts.domain = origins.domain
            and forecasts.origin_date = origins.origin_date
            and forecasts.period_end <= origins.last_finished_date
),

revenue_by_period as (
    {%- for measure, datepart in [('domain_revenue', 'day'), ('location_revenue', 'week')] %}
    select
        measure,
        domain,
        location_id,
        {{ period_start(datepart, 'business_date') }} as period_start,
        sum(demand_value) as revenue
    from {{ ref('fct_daily_demand') }}
    where measure = '{{ measure }}'
    group by
        measure,
        domain,
        location_id,
        {{ period_start(datepart, 'business_date') }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

finished_periods as (
    select
        forecasts.domain,
        forecasts.location_id,
        forecasts.datepart,
        forecasts.period_start,
        forecasts.origin_date,
        coalesce(revenue_by_period.revenue, 0) as revenue,
        forecasts.expected,
        case
            when
                forecasts.expected > 0
                and forecasts.standard_deviation > 0
                and forecasts.history_days >= {{ minimum_days }}
                then forecasts.standard_deviation
        end as standard_deviation,
        forecasts.is_newest
    from finished_forecasts as forecasts
    left join revenue_by_period
        on
            forecasts.measure = revenue_by_period.measure
            and forecasts.domain = revenue_by_period.domain
            and forecasts.location_id = revenue_by_period.location_id
            and forecasts.period_start = revenue_by_period.period_start
),

final as (
    select
        domain,
        location_id,
        datepart,
        period_start,
        origin_date,
        {{ amount('revenue') }} as revenue,
        {{ amount('expected') }} as revenue_expected,
        case
            when expected > 0 then {{ ratio('cast(revenue as double) - expected', 'expected') }}
        end as revenue_change_rate,
        {{ ratio('cast(revenue as double) - expected', 'standard_deviation') }} as z_score,
        {{ ratio(alert_z ~ ' * standard_deviation', 'expected') }} as detectable_change_rate,
        coalesce(
            abs(cast(revenue as double) - expected) > {{ alert_z }} * standard_deviation, false
        ) as is_alert,
        is_newest
    from finished_periods
)

select * from final
