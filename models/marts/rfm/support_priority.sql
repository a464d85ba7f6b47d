-- Grain: one row per user with an order up to as_of_date.
-- Trap: each export replaces the one before; users who never ordered are not in it.
with

current_segments as (
    select * from {{ ref('fct_current_rfm_segments') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
    where domain = 'greenery'
),

segments as (
    select
        rfm_segment,
        min(support_priority) as support_priority
    from {{ ref('rfm_segment_grid') }}
    group by rfm_segment
),

-- A user without a segment (the only user) has the lowest priority.
last_priority as (
    select max(support_priority) as support_priority
    from segments
),

final as (
    select
        current_segments.user_id,
        customers.email,
        current_segments.rfm_segment,
        current_segments.monetary,
        coalesce(segments.support_priority, last_priority.support_priority) as priority
    from current_segments
    cross join last_priority
    left join customers
        on current_segments.user_id = customers.customer_id
    left join segments
        on current_segments.rfm_segment = segments.rfm_segment
)

select * from final
