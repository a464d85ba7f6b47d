-- Grain: one row per domain, location, category and datepart (day, week) that the backtest has
-- forecast, and one per domain and datepart for all of them, with location and category '(all)'.
-- Trap: where most days have no sale, a guess of 0 has the best wape; look at bias_rate as well.
with

-- Only what has a number is compared; a series that is too short has a row without figures.
backtest as (
    select
        domain,
        location_id,
        category,
        datepart,
        units_expected,
        units_low,
        units_high,
        is_seasonal,
        case when units_expected is not null then units end as units,
        case when units_expected is not null then naive_units end as naive_units,
        case when units_expected is not null and naive_error_units > 0 then naive_error_units end
            as naive_error_units
    from {{ ref('demand_forecast_backtest') }}
),

backtest_with_groups as (
    select
        domain,
        location_id,
        category,
        datepart,
        units,
        units_expected,
        units_low,
        units_high,
        naive_units,
        naive_error_units,
        is_seasonal
    from backtest

    union all

    select
        domain,
        '(all)' as location_id,
        '(all)' as category,
        datepart,
        units,
        units_expected,
        units_low,
        units_high,
        naive_units,
        naive_error_units,
        is_seasonal
    from backtest
),

totals as (
    select
        domain,
        location_id,
        category,
        datepart,
        count(units_expected) as forecasts_count,
        count(case when is_seasonal then units_expected end) as seasonal_forecasts_count,
        cast(coalesce(sum(units), 0) as bigint) as units,
        {{ sum_in_any_order('abs(units_expected - units)') }} as absolute_error,
        sum(abs(naive_units - units)) as naive_absolute_error,
        {{ sum_in_any_order('units_expected - units') }} as error,
        -- An error has a scale only where the guess made errors in the days before the origin.
        {{ sum_in_any_order(
            'case when naive_error_units is not null then abs(units_expected - units) end'
        ) }} as scaled_error,
        {{ sum_in_any_order('naive_error_units') }} as error_scale,
        count(case when units between units_low and units_high then 1 end) as covered_count
    from backtest_with_groups
    group by
        domain,
        location_id,
        category,
        datepart
),

final as (
    select
        domain,
        location_id,
        category,
        datepart,
        forecasts_count,
        seasonal_forecasts_count,
        units,
        {{ ratio('absolute_error', 'units') }} as wape,
        {{ ratio('scaled_error', 'error_scale') }} as mase,
        {{ ratio('naive_absolute_error', 'units') }} as seasonal_naive_wape,
        {{ ratio('error', 'units') }} as bias_rate,
        {{ ratio('covered_count', 'forecasts_count') }} as cover_80,
        case when units > 0 then absolute_error < naive_absolute_error end as is_better_than_naive
    from totals
)

select * from final
