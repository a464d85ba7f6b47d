-- Which former champions and loyal customers have slipped away, and since when?
with

changes as (
    select * from {{ ref('rfm_segment_changes') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
    where domain = 'greenery'
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
    customers.name,
    customers.email,
    changes.rfm_segment,
    best_times.left_best_segments_at,
    changes.valid_from as in_segment_since
from changes
inner join best_times
    on changes.user_id = best_times.user_id
inner join customers
    on changes.user_id = customers.customer_id
where
    changes.is_current
    and changes.rfm_segment in ('At Risk', 'Cannot Lose Them', 'About to Sleep', 'Hibernating')
order by best_times.left_best_segments_at desc, changes.user_id
