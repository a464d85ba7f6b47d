-- Grain: one row per day of the feed's calendar.
-- Trap: it covers only some of the years with orders; never inner join orders to it.
with

source as (
    select * from {{ raw('restaurant', 'date_dim') }}
),

final as (
    select
        date_key as date_day,
        year,
        month,
        week,
        day_of_week,
        holiday_name,
        is_weekend,
        is_holiday,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
