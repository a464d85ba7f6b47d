-- Grain: one row per measure, domain, location, category, origin, datepart (day, week) and period.
-- Trap: it holds forecasts of the past as well, one for each origin of the backtest.
{%- set location = 'measure, domain, location_id, origin_date, datepart' %}
{%- set series = 'measure, domain, location_id, category, origin_date, datepart' %}
{%- set level_days = var('forecast_level_days') %}
{%- set dispersion_days = var('forecast_dispersion_days') %}
{%- set horizon_days = var('forecast_horizon_days') %}
{%- set interval_z = var('forecast_interval_z') %}
{%- set lengths = {'day': 1, 'week': 7} %}
-- The seasonal naive: as on the same weekday of the last week; in weeks, as in the last 7 days.
{%- set naive_lags = {'day': 7, 'week': 1} %}
with

demand as (
    select * from {{ ref('fct_daily_demand') }}
),

indices as (
    select * from {{ ref('fct_forecast_indices') }}
),

-- Past days in periods counted back from the origin; weeks are whole blocks of 7 days.
past_days as (
    {%- for datepart, length in lengths.items() %}
    select
        measure,
        domain,
        location_id,
        origin_date,
        '{{ datepart }}' as datepart,
        business_date,
        demand_index,
        cast(floor({{ ratio('-days_ahead', length) }}) as bigint) as periods_ago
    from indices
    where
        days_ahead <= 0
        and -days_ahead < least(history_days, {{ dispersion_days }})
        - mod(least(history_days, {{ dispersion_days }}), {{ length }})
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

past_periods as (
    select
        {{ location }},
        periods_ago,
        {{ sum_in_any_order('demand_index') }} as period_index
    from past_days
    group by
        {{ location }},
        periods_ago
),

location_totals as (
    select
        {{ location }},
        count(*) as periods_count,
        case datepart when 'day' then {{ naive_lags.day }} else {{ naive_lags.week }} end
            as naive_lag,
        {{ sum_in_any_order('period_index') }} as index_total,
        {{ sum_in_any_order('period_index * period_index') }} as squared_index_total
    from past_periods
    group by {{ location }}
),

-- Only periods with an order are here. One without adds nothing to the sums below.
series_periods as (
    select
        demand.measure,
        demand.domain,
        demand.location_id,
        demand.category,
        past_days.origin_date,
        past_days.datepart,
        past_days.periods_ago,
        cast(sum(demand.demand_value) as double) as period_value
    from demand
    inner join past_days
        on
            demand.measure = past_days.measure
            and demand.domain = past_days.domain
            and demand.location_id = past_days.location_id
            and demand.business_date = past_days.business_date
    group by
        demand.measure,
        demand.domain,
        demand.location_id,
        demand.category,
        past_days.origin_date,
        past_days.datepart,
        past_days.periods_ago
),

series_totals as (
    select
        series.measure,
        series.domain,
        series.location_id,
        series.category,
        series.origin_date,
        series.datepart,
        {{ sum_in_any_order('series.period_value') }} as value_total,
        {{ sum_in_any_order('series.period_value * series.period_value') }}
            as squared_value_total,
        {{ sum_in_any_order('series.period_value * past_periods.period_index') }}
            as value_times_index_total
    from series_periods as series
    inner join past_periods
        on
            series.measure = past_periods.measure
            and series.domain = past_periods.domain
            and series.location_id = past_periods.location_id
            and series.origin_date = past_periods.origin_date
            and series.datepart = past_periods.datepart
            and series.periods_ago = past_periods.periods_ago
    group by
        series.measure,
        series.domain,
        series.location_id,
        series.category,
        series.origin_date,
        series.datepart
),

series_deviations as (
    select
        series.measure,
        series.domain,
        series.location_id,
        series.category,
        series.origin_date,
        series.datepart,
        series.value_total,
        series.squared_value_total,
        series.squared_value_total
        - 2 * series.value_times_index_total
        * {{ ratio('series.value_total', 'locations.index_total') }}
        + power({{ ratio('series.value_total', 'locations.index_total') }}, 2)
        * locations.squared_index_total as squared_deviation_total,
        {{ ratio('locations.periods_count', 'locations.periods_count - 1') }} as correction
    from series_totals as series
    inner join location_totals as locations
        on
            series.measure = locations.measure
            and series.domain = locations.domain
            and series.location_id = locations.location_id
            and series.origin_date = locations.origin_date
            and series.datepart = locations.datepart
),

-- Variance around level x index, over the mean: 1 if single units sell independently of each
-- other, more if they sell in lumps. One degree of freedom went into the level. The difference of
-- large sums is 0 where only rounding is left of it.
series_dispersion as (
    select
        measure,
        domain,
        location_id,
        category,
        origin_date,
        datepart,
        case
            when value_total <= 0 then null
            when squared_deviation_total < 0.000000001 * squared_value_total then 0 * correction
            else squared_deviation_total / value_total * correction
        end as dispersion
    from series_deviations
),

-- Each period beside the one that the seasonal naive takes for it.
naive_pairs as (
    {%- for datepart, lag in naive_lags.items() %}
    select
        {{ series }},
        periods_ago,
        period_value as difference
    from series_periods
    where datepart = '{{ datepart }}'

    union all

    select
        {{ series }},
        periods_ago - {{ lag }} as periods_ago,
        -period_value as difference
    from series_periods
    where datepart = '{{ datepart }}' and periods_ago >= {{ lag }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

naive_differences as (
    select
        {{ series }},
        periods_ago,
        abs({{ sum_in_any_order('difference') }}) as absolute_difference
    from naive_pairs
    group by
        {{ series }},
        periods_ago
),

naive_errors as (
    select
        differences.measure,
        differences.domain,
        differences.location_id,
        differences.category,
        differences.origin_date,
        differences.datepart,
        {{ sum_in_any_order('differences.absolute_difference') }}
        / (max(locations.periods_count) - max(locations.naive_lag)) as naive_error
    from naive_differences as differences
    inner join location_totals as locations
        on
            differences.measure = locations.measure
            and differences.domain = locations.domain
            and differences.location_id = locations.location_id
            and differences.origin_date = locations.origin_date
            and differences.datepart = locations.datepart
            and differences.periods_ago < locations.periods_count - locations.naive_lag
    group by
        differences.measure,
        differences.domain,
        differences.location_id,
        differences.category,
        differences.origin_date,
        differences.datepart
),

location_levels as (
    select
        measure,
        domain,
        location_id,
        origin_date,
        {{ sum_in_any_order('period_index') }} as level_index
    from past_periods
    where datepart = 'day' and periods_ago < {{ level_days }}
    group by
        measure,
        domain,
        location_id,
        origin_date
),

series_levels as (
    select
        measure,
        domain,
        location_id,
        category,
        origin_date,
        {{ sum_in_any_order('period_value') }} as level_value
    from series_periods
    where datepart = 'day' and periods_ago < {{ level_days }}
    group by
        measure,
        domain,
        location_id,
        category,
        origin_date
),

first_days as (
    select
        measure,
        domain,
        location_id,
        category,
        min(business_date) as first_date
    from demand
    group by
        measure,
        domain,
        location_id,
        category
),

-- The level of a category counts from the opening of its location: so categories add up, also
-- where one replaces another.
series_at_origins as (
    select
        first_days.measure,
        first_days.domain,
        first_days.location_id,
        first_days.category,
        indices.origin_date,
        indices.history_days,
        indices.is_seasonal,
        indices.is_closed,
        coalesce({{ ratio('series_levels.level_value', 'location_levels.level_index') }}, 0)
            as demand_level
    from first_days
    inner join indices
        on
            first_days.measure = indices.measure
            and first_days.domain = indices.domain
            and first_days.location_id = indices.location_id
            and first_days.first_date <= indices.origin_date
            and indices.days_ahead = 0
    inner join location_levels
        on
            indices.measure = location_levels.measure
            and indices.domain = location_levels.domain
            and indices.location_id = location_levels.location_id
            and indices.origin_date = location_levels.origin_date
    left join series_levels
        on
            first_days.measure = series_levels.measure
            and first_days.domain = series_levels.domain
            and first_days.location_id = series_levels.location_id
            and first_days.category = series_levels.category
            and indices.origin_date = series_levels.origin_date
),

future_periods as (
    select
        measure,
        domain,
        location_id,
        origin_date,
        'day' as datepart,
        business_date as period_start,
        business_date as period_end,
        days_ahead,
        demand_index as period_index
    from indices
    where days_ahead between 1 and {{ horizon_days }}

    union all

    select
        measure,
        domain,
        location_id,
        origin_date,
        'week' as datepart,
        min(business_date) as period_start,
        max(business_date) as period_end,
        max(days_ahead) as days_ahead,
        {{ sum_in_any_order('demand_index') }} as period_index
    from indices
    where days_ahead >= 1
    group by
        measure,
        domain,
        location_id,
        origin_date,
        {{ dbt.date_trunc('week', 'business_date') }}
    -- Whole weeks that begin within the horizon.
    having count(*) = 7 and min(days_ahead) <= {{ horizon_days }}
),

expected_periods as (
    select
        series.measure,
        series.domain,
        series.location_id,
        series.category,
        series.origin_date,
        periods.datepart,
        periods.period_start,
        periods.period_end,
        periods.days_ahead,
        series.history_days,
        series.is_seasonal,
        case
            when series.history_days < {{ var('forecast_minimum_days') }} then 'too_short'
            when series.is_closed then 'closed'
            else 'forecast'
        end as forecast_status,
        case
            when series.history_days < {{ var('forecast_minimum_days') }} then null
            when series.is_closed then 0
            else series.demand_level * periods.period_index
        end as expected,
        -- Units are taken to vary at least as if each sold by itself; money has no such unit.
        case
            when series.measure = 'units' then greatest(coalesce(dispersion.dispersion, 1), 1)
            else dispersion.dispersion
        end as dispersion,
        errors.naive_error
    from series_at_origins as series
    inner join future_periods as periods
        on
            series.measure = periods.measure
            and series.domain = periods.domain
            and series.location_id = periods.location_id
            and series.origin_date = periods.origin_date
    left join series_dispersion as dispersion
        on
            series.measure = dispersion.measure
            and series.domain = dispersion.domain
            and series.location_id = dispersion.location_id
            and series.category = dispersion.category
            and series.origin_date = dispersion.origin_date
            and periods.datepart = dispersion.datepart
    left join naive_errors as errors
        on
            series.measure = errors.measure
            and series.domain = errors.domain
            and series.location_id = errors.location_id
            and series.category = errors.category
            and series.origin_date = errors.origin_date
            and periods.datepart = errors.datepart
),

expected_with_deviation as (
    select
        *,
        -- The further ahead and the shorter the history, the wider.
        case
            when expected >= 0
                then sqrt(dispersion * expected * (1 + {{ ratio('days_ahead', 'history_days') }}))
        end as standard_deviation
    from expected_periods
),

final as (
    select
        measure,
        domain,
        location_id,
        category,
        origin_date,
        datepart,
        period_start,
        period_end,
        days_ahead,
        history_days,
        expected,
        case
            when expected < {{ interval_z }} * standard_deviation then 0
            else expected - {{ interval_z }} * standard_deviation
        end as expected_low,
        expected + {{ interval_z }} * standard_deviation as expected_high,
        standard_deviation,
        naive_error,
        is_seasonal,
        forecast_status
    from expected_with_deviation
)

select * from final
