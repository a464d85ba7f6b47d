-- The row '(all)' of a domain, and its series together, have the forecasts and units of the
-- backtest; no series is missing.
with

backtest as (
    select
        domain,
        datepart,
        count(units_expected) as forecasts_count,
        coalesce(sum(case when units_expected is not null then units end), 0) as units
    from {{ ref('demand_forecast_backtest') }}
    group by domain, datepart
),

accuracy as (
    select
        domain,
        datepart,
        category = '(all)' as is_domain,
        sum(forecasts_count) as forecasts_count,
        sum(units) as units
    from {{ ref('demand_forecast_accuracy') }}
    group by domain, datepart, category = '(all)'
)

select
    backtest.*,
    domains.forecasts_count as mart_forecasts_count,
    domains.units as mart_units,
    series.forecasts_count as series_forecasts_count,
    series.units as series_units
from backtest
left join accuracy as domains
    on
        backtest.domain = domains.domain
        and backtest.datepart = domains.datepart
        and domains.is_domain
left join accuracy as series
    on
        backtest.domain = series.domain
        and backtest.datepart = series.datepart
        and not series.is_domain
where
    coalesce(domains.forecasts_count, -1) <> backtest.forecasts_count
    or coalesce(series.forecasts_count, -1) <> backtest.forecasts_count
    or coalesce(domains.units, -1) <> backtest.units
    or coalesce(series.units, -1) <> backtest.units
