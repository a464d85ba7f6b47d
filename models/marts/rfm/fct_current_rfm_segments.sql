-- Grain: one row per user, at the last hour of fct_hourly_rfm_segments.
-- Trap: that hour follows the last order up to as_of_date; it is not the time of the build.
with

hourly_segments as (
    select * from {{ ref('fct_hourly_rfm_segments') }}
),

last_hours as (
    select max(date_hour) as last_hour
    from hourly_segments
),

final as (
    select
        hourly_segments.user_id,
        hourly_segments.date_hour,
        hourly_segments.rfm_segment,
        hourly_segments.recency,
        hourly_segments.frequency,
        hourly_segments.monetary,
        hourly_segments.recency_percentile,
        hourly_segments.frequency_percentile,
        hourly_segments.monetary_percentile,
        hourly_segments.recency_score,
        hourly_segments.frequency_score,
        hourly_segments.monetary_score,
        hourly_segments.customers_ranked
    from hourly_segments
    inner join last_hours
        on hourly_segments.date_hour = last_hours.last_hour
)

select * from final
