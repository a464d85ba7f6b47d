-- Grain: one row per measure, domain, location, category, origin, datepart (day, week) and period.
-- Trap: it holds forecasts of the past as well, one for each origin of the backtest.
{%- set series = 'measure, domain, location_id, category, origin_date' %}
{%- set level_days = var('forecast_level_days') %}
{%- set level_weeks = level_days // 7 %}
{%- set dispersion_days = var('forecast_dispersion_days') %}
{%- set horizon_days = var('forecast_horizon_days') %}
{%- set interval_z = var('forecast_interval_z') %}
-- A past week is compared with a level as old as that of the forecast's middle day.
{%- set lead_weeks = [horizon_days // 14, 1] | max %}
{%- set weeks_before = 'partition by ' ~ series ~ ' order by weeks_ago rows between ' ~ lead_weeks
    ~ ' following and ' ~ (lead_weeks + level_weeks - 1) ~ ' following' %}
with

demand as (
    select * from {{ ref('fct_daily_demand') }}
),

indices as (
    select * from {{ ref('fct_forecast_indices') }}
),

past_days as (
    select
        measure,
        domain,
        location_id,
        origin_date,
        business_date,
        demand_index,
        -1 * days_ahead as days_ago,
        cast(floor({{ ratio('-1 * days_ahead', 7) }}) as bigint) as weeks_ago,
        least(history_days, {{ dispersion_days }}) as window_days
    from indices
    where days_ahead <= 0 and -1 * days_ahead < least(history_days, {{ dispersion_days }})
),

-- Weeks are blocks of 7 days back from the origin. The oldest one may have fewer days: it is part
-- of levels, but no forecast is compared with it.
location_weeks as (
    select
        measure,
        domain,
        location_id,
        origin_date,
        weeks_ago,
        count(*) = 7 as is_whole,
        max(window_days) as window_days,
        {{ sum_in_any_order('demand_index') }} as week_index,
        {{ sum_in_any_order('demand_index * demand_index') }} as squared_index_total,
        {{ sum_in_any_order(
            'case when days_ago < ' ~ level_days ~ ' then demand_index else 0 end'
        ) }} as level_index
    from past_days
    group by
        measure,
        domain,
        location_id,
        origin_date,
        weeks_ago
),

oldest_past_day as (
    select min(business_date) as oldest_date
    from past_days
),

recent_demand as (
    select demand.*
    from demand
    inner join oldest_past_day
        on demand.business_date >= oldest_past_day.oldest_date
),

-- Each day beside the one that the seasonal naive takes for it, a week earlier.
day_pairs as (
    select
        measure,
        domain,
        location_id,
        category,
        business_date,
        demand_value,
        demand_value as naive_difference
    from recent_demand

    union all

    select
        measure,
        domain,
        location_id,
        category,
        cast({{ dbt.dateadd('day', 7, 'business_date') }} as date) as business_date,
        0 as demand_value,
        -1 * demand_value as naive_difference
    from recent_demand
),

-- One row per day with a sale on it or a week before. Any other day adds nothing to the sums below.
series_days as (
    select
        measure,
        domain,
        location_id,
        category,
        business_date,
        cast(sum(demand_value) as double) as day_value,
        cast(abs(sum(naive_difference)) as double) as naive_error
    from day_pairs
    group by
        measure,
        domain,
        location_id,
        category,
        business_date
),

series_weeks as (
    select
        series_days.measure,
        series_days.domain,
        series_days.location_id,
        series_days.category,
        past_days.origin_date,
        past_days.weeks_ago,
        {{ sum_in_any_order('series_days.day_value') }} as week_value,
        {{ sum_in_any_order('series_days.day_value * series_days.day_value') }}
            as squared_value_total,
        {{ sum_in_any_order('series_days.day_value * past_days.demand_index') }}
            as value_times_index_total,
        {{ sum_in_any_order(
            'case when past_days.days_ago < ' ~ level_days ~ ' then series_days.day_value else 0 end'
        ) }} as level_value,
        {{ sum_in_any_order(
            'case when past_days.days_ago < past_days.window_days - 7'
            ~ ' then series_days.naive_error else 0 end'
        ) }} as naive_error_total
    from series_days
    inner join past_days
        on
            series_days.measure = past_days.measure
            and series_days.domain = past_days.domain
            and series_days.location_id = past_days.location_id
            and series_days.business_date = past_days.business_date
    group by
        series_days.measure,
        series_days.domain,
        series_days.location_id,
        series_days.category,
        past_days.origin_date,
        past_days.weeks_ago
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

-- Weeks without a sale are here as well: a forecast errs in them too.
series_past_weeks as (
    select
        first_days.measure,
        first_days.domain,
        first_days.location_id,
        first_days.category,
        locations.origin_date,
        locations.weeks_ago,
        locations.is_whole,
        locations.window_days,
        locations.week_index,
        locations.squared_index_total,
        locations.level_index,
        coalesce(series_weeks.week_value, 0) as week_value,
        coalesce(series_weeks.squared_value_total, 0) as squared_value_total,
        coalesce(series_weeks.value_times_index_total, 0) as value_times_index_total,
        coalesce(series_weeks.level_value, 0) as level_value,
        coalesce(series_weeks.naive_error_total, 0) as naive_error_total
    from first_days
    inner join location_weeks as locations
        on
            first_days.measure = locations.measure
            and first_days.domain = locations.domain
            and first_days.location_id = locations.location_id
            and first_days.first_date <= locations.origin_date
    left join series_weeks
        on
            first_days.measure = series_weeks.measure
            and first_days.domain = series_weeks.domain
            and first_days.location_id = series_weeks.location_id
            and first_days.category = series_weeks.category
            and locations.origin_date = series_weeks.origin_date
            and locations.weeks_ago = series_weeks.weeks_ago
),

-- What a forecast would have started from: the level of the weeks before, or of what is there of
-- them.
series_weeks_with_earlier_levels as (
    select
        *,
        case
            when is_whole
                then {{ ratio(
                    'sum(cast(week_value as decimal(38, 9))) over (' ~ weeks_before ~ ')',
                    'sum(cast(week_index as decimal(38, 9))) over (' ~ weeks_before ~ ')'
                ) }}
        end as earlier_level,
        lead(week_value) over (partition by {{ series }} order by weeks_ago) as naive_value,
        lead(is_whole) over (partition by {{ series }} order by weeks_ago) as is_naive_known
    from series_past_weeks
),

series_totals as (
    select
        {{ series }},
        {{ ratio(sum_in_any_order('level_value'), sum_in_any_order('level_index')) }}
            as demand_level,
        {{ sum_in_any_order('earlier_level * week_index') }} as expected_total,
        {{ sum_in_any_order(
            'squared_value_total - 2 * earlier_level * value_times_index_total'
            ~ ' + power(earlier_level, 2) * squared_index_total'
        ) }} as day_squared_error,
        {{ sum_in_any_order('power(week_value - earlier_level * week_index, 2)') }}
            as week_squared_error,
        {{ sum_in_any_order('squared_value_total') }} as squared_value_total,
        {{ ratio(sum_in_any_order('naive_error_total'), 'greatest(max(window_days) - 7, 0)') }}
            as day_naive_error,
        {{ ratio(
            sum_in_any_order('case when is_naive_known then abs(week_value - naive_value) end'),
            'count(case when is_naive_known then 1 end)'
        ) }} as week_naive_error
    from series_weeks_with_earlier_levels
    group by {{ series }}
),

-- Squared errors over what was expected: 1 if single units sell independently of each other around
-- a known level, more if they sell in lumps or the level moves. The difference of large sums is 0
-- where only rounding is left of it.
series_dispersion as (
    select
        {{ series }},
        coalesce(demand_level, 0) as demand_level,
        {%- for datepart in ['day', 'week'] %}
        case
            when {{ datepart }}_squared_error < 0.000000001 * squared_value_total
                then 0 * expected_total
            else {{ ratio(datepart ~ '_squared_error', 'expected_total') }}
        end as {{ datepart }}_dispersion,
        {%- endfor %}
        day_naive_error,
        week_naive_error
    from series_totals
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
        history_days,
        is_seasonal,
        is_closed,
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
        history_days,
        is_seasonal,
        is_closed,
        {{ sum_in_any_order('demand_index') }} as period_index
    from indices
    where days_ahead >= 1
    group by
        measure,
        domain,
        location_id,
        origin_date,
        history_days,
        is_seasonal,
        is_closed,
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
        periods.history_days,
        periods.is_seasonal,
        case
            when periods.history_days < {{ var('forecast_minimum_days') }} then 'too_short'
            when periods.is_closed then 'closed'
            else 'forecast'
        end as forecast_status,
        case
            when periods.history_days < {{ var('forecast_minimum_days') }} then null
            when periods.is_closed then 0
            else series.demand_level * periods.period_index
        end as expected,
        case periods.datepart
            when 'day' then series.day_dispersion
            else series.week_dispersion
        end as dispersion,
        case periods.datepart
            when 'day' then series.day_naive_error
            else series.week_naive_error
        end as naive_error
    from series_dispersion as series
    inner join future_periods as periods
        on
            series.measure = periods.measure
            and series.domain = periods.domain
            and series.location_id = periods.location_id
            and series.origin_date = periods.origin_date
),

expected_with_deviation as (
    select
        *,
        -- Units are taken to vary at least as if each sold by itself; money has no such unit. The
        -- further ahead and the shorter the history, the wider.
        case
            when expected >= 0
                then sqrt(
                    case
                        when measure = 'units' then greatest(coalesce(dispersion, 1), 1)
                        else dispersion
                    end
                    * expected * (1 + {{ ratio('days_ahead', 'history_days') }})
                )
        end as standard_deviation
    from expected_periods
),

-- Nothing lies below an interval that begins at 0, so all that it leaves out lies above.
expected_with_interval as (
    select
        *,
        expected < {{ interval_z }} * standard_deviation as begins_at_zero
    from expected_with_deviation
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
            when begins_at_zero then 0
            else expected - {{ interval_z }} * standard_deviation
        end as expected_low,
        expected
        + case when begins_at_zero then {{ var('forecast_one_sided_z') }} else {{ interval_z }} end
        * standard_deviation as expected_high,
        standard_deviation,
        naive_error,
        is_seasonal,
        forecast_status
    from expected_with_interval
)

select * from final
