-- Grain: one row per day, from the first to the last day that any domain has an order
-- or a return.
-- Trap: weeks are ISO weeks (Monday first) and belong to the ISO year of their Thursday.
with

days_with_rows as (
    select order_date as date_day from {{ ref('fct_orders') }}
    union all
    select return_date as date_day from {{ ref('fct_returns') }}
),

range_of_days as (
    select
        min(date_day) as first_date,
        max(date_day) as last_date
    from days_with_rows
),

numbers as (
    {{ whole_numbers(65536) }}
),

days as (
    select
        cast({{ dbt.dateadd('day', 'numbers.whole_number', 'range_of_days.first_date') }} as date)
            as date_day
    from range_of_days
    inner join numbers
        on
            {{ dbt.datediff('range_of_days.first_date', 'range_of_days.last_date', 'day') }}
            >= numbers.whole_number
),

final as (
    select
        date_day,
        cast({{ dbt.date_trunc('week', 'date_day') }} as date) as week_start_date,
        {{ month_start('date_day') }} as month_start_date,
        cast(extract(year from date_day) as bigint) as calendar_year,
        cast(extract(month from date_day) as bigint) as month_of_year,
        cast(extract(day from date_day) as bigint) as day_of_month,
        {{ iso_weekday('date_day') }} as iso_weekday,
        {{ iso_weekday('date_day') }} >= 6 as is_weekend
    from days
)

select * from final
