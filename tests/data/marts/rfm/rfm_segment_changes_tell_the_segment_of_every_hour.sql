-- Each user and hour with a segment is in exactly one stay, and that stay has the same segment.
with

hourly as (
    select
        user_id,
        date_hour,
        rfm_segment
    from {{ ref('fct_hourly_rfm_segments') }}
    where rfm_segment is not null
),

stays as (
    select * from {{ ref('rfm_segment_changes') }}
),

final as (
    select
        hourly.user_id,
        hourly.date_hour,
        hourly.rfm_segment,
        count(stays.user_id) as stays_count,
        max(stays.rfm_segment) as stay_segment
    from hourly
    left join stays
        on
            hourly.user_id = stays.user_id
            and hourly.date_hour >= stays.valid_from
            and (hourly.date_hour < stays.valid_to or stays.valid_to is null)
    group by hourly.user_id, hourly.date_hour, hourly.rfm_segment
    having count(stays.user_id) <> 1 or max(stays.rfm_segment) <> hourly.rfm_segment
)

select * from final
