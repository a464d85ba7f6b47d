-- Which former champions and loyal customers have slipped away, and since when?
with

changes as (
    select * from {{ ref('rfm_segment_changes') }}
),

best_times as (
    select
        user_id,
        max(valid_to) as left_best_segments_at
    from changes
    where rfm_segment in ('Champions', 'Loyal Customers')
    group by user_id
)

select
    changes.user_id,
    changes.rfm_segment,
    best_times.left_best_segments_at,
    changes.valid_from as in_segment_since
from changes
inner join best_times
    on changes.user_id = best_times.user_id
where
    changes.is_current
    and changes.rfm_segment in ('At Risk', 'Cannot Lose Them', 'About to Sleep', 'Hibernating')
order by best_times.left_best_segments_at desc, changes.user_id
