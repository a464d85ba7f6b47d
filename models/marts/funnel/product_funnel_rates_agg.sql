-- Grain: one row, all sessions together; no row without events.
-- Trap: not nested: a session may check out without an add_to_cart event.
with

sessions as (
    select * from {{ ref('fct_sessions') }}
),

final as (
    select
        count(*) as unique_session_count,
        cast(sum(case when has_page_view then 1 else 0 end) as bigint) as page_viewed_count,
        cast(sum(case when has_add_to_cart then 1 else 0 end) as bigint) as add_to_cart_count,
        cast(sum(case when has_checkout then 1 else 0 end) as bigint) as checkout_count
    from sessions
    having count(*) > 0
)

select * from final
