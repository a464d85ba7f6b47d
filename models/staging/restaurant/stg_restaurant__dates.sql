-- Grain: one row per day that the feed's calendar describes.
-- Trap: it covers a part of the years in which there are orders; never join orders to it inner.
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
