-- The hour after the last order and the end of as_of_date include the same orders. So every user
-- has the same scores and segment in the hourly table, the changes and, if the domain has no
-- returns, the table of all domains: the hours look at orders alone.
with

current_segments as (
    select * from {{ ref('fct_current_rfm_segments') }}
),

stays as (
    select * from {{ ref('rfm_segment_changes') }}
    where is_current
),

customers as (
    select * from {{ ref('customer_rfm_segments') }}
    where domain = 'greenery'
),

domains as (
    select * from {{ ref('dim_domains') }}
    where domain = 'greenery'
),

final as (
    select
        current_segments.user_id,
        customers.customer_id,
        current_segments.rfm_segment,
        customers.rfm_segment as customer_segment,
        stays.rfm_segment as stay_segment
    from current_segments
    full outer join customers
        on current_segments.user_id = customers.customer_id
    left join stays
        on current_segments.user_id = stays.user_id
    cross join domains
    where
        coalesce(current_segments.rfm_segment, '') <> coalesce(stays.rfm_segment, '')
        or (
            not domains.has_returns
            and (
                current_segments.user_id is null
                or customers.customer_id is null
                or current_segments.frequency <> customers.frequency
                or current_segments.monetary <> customers.monetary
                or coalesce(current_segments.recency_score, 0)
                <> coalesce(customers.recency_score, 0)
                or coalesce(current_segments.frequency_score, 0)
                <> coalesce(customers.frequency_score, 0)
                or coalesce(current_segments.monetary_score, 0)
                <> coalesce(customers.monetary_score, 0)
                or coalesce(current_segments.rfm_segment, '') <> coalesce(customers.rfm_segment, '')
            )
        )
)

select * from final
