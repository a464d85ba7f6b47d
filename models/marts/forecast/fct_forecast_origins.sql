-- Grain: one row per domain and day at whose end a forecast is made.
-- Trap: the live origin is the last business day that has ended, which may be the day before
-- as_of_date.
{%- set horizon_days = var('forecast_horizon_days') %}
with

domains as (
    select
        domain,
        {{ first_unfinished_date() }} as first_unfinished_date
    from {{ ref('dim_domains') }}
    where as_of_date is not null
),

numbers as (
    {{ whole_numbers(16) }}
),

-- The origins lie a horizon apart, so each day since the first one is forecast by exactly one.
final as (
    select
        domains.domain,
        cast({{ dbt.dateadd(
            'day',
            '-1 - ' ~ horizon_days ~ ' * numbers.whole_number',
            'domains.first_unfinished_date'
        ) }} as date) as origin_date,
        cast({{ dbt.dateadd('day', -1, 'domains.first_unfinished_date') }} as date)
            as last_finished_date,
        numbers.whole_number = 0 as is_live
    from domains
    inner join numbers
        on numbers.whole_number <= {{ var('forecast_backtest_origins') }}
)

select * from final
