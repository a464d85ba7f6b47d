-- Every finished day and week of a series that an origin before it knew is there once, with the
-- units of the trends.
with

origins as (
    select * from {{ ref('fct_forecast_origins') }}
    where not is_live
),

{%- for datepart, (mart, period) in {
    'day': ('sales_trends_daily', 'business_date'),
    'week': ('sales_trends_weekly', 'week_start_date'),
}.items() %}

{{ datepart }}_trends as (
    select
        trends.domain,
        trends.location_id,
        trends.category,
        '{{ datepart }}' as datepart,
        trends.{{ period }} as period_start,
        max(origins.origin_date) as origin_date,
        max(origins.last_finished_date) as last_finished_date,
        trends.units
    from (
        select
            domain,
            location_id,
            category,
            {{ period }},
            sum(units) as units
        from {{ ref(mart) }}
        group by domain, location_id, category, {{ period }}
    ) as trends
    inner join origins
        on
            trends.domain = origins.domain
            and trends.{{ period }} > origins.origin_date
    group by
        trends.domain,
        trends.location_id,
        trends.category,
        trends.{{ period }},
        trends.units
),
{%- endfor %}

trends as (
    select
        *,
        period_start as period_end
    from day_trends

    union all

    select
        *,
        cast({{ dbt.dateadd('day', 6, 'period_start') }} as date) as period_end
    from week_trends
),

first_sales as (
    select
        domain,
        location_id,
        category,
        min(business_date) as first_date
    from {{ ref('fct_daily_category_revenue') }}
    where orders_with_category > 0
    group by domain, location_id, category
),

expected as (
    select trends.*
    from trends
    inner join first_sales
        on
            trends.domain = first_sales.domain
            and trends.location_id = first_sales.location_id
            and trends.category = first_sales.category
            and trends.origin_date >= first_sales.first_date
    where trends.period_end <= trends.last_finished_date
)

select
    expected.*,
    backtest.domain as mart_domain,
    backtest.location_id as mart_location_id,
    backtest.period_start as mart_period_start,
    backtest.units as mart_units
from expected
full outer join {{ ref('demand_forecast_backtest') }} as backtest
    on
        expected.domain = backtest.domain
        and expected.location_id = backtest.location_id
        and expected.category = backtest.category
        and expected.datepart = backtest.datepart
        and expected.period_start = backtest.period_start
        and expected.origin_date = backtest.origin_date
where
    expected.domain is null
    or backtest.domain is null
    or expected.units <> backtest.units
