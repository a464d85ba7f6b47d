-- Grain: one row, all sessions together; no row without events.
-- Trap: each rate is relative to all sessions, not to the step before.
with

sessions as (
    select * from {{ ref('product_funnel_rates_agg') }}
),

final as (
    select
        unique_session_count,
        {{ ratio('page_viewed_count', 'unique_session_count') }} as page_viewed_rate,
        {{ ratio('add_to_cart_count', 'unique_session_count') }} as add_to_cart_rate,
        {{ ratio('checkout_count', 'unique_session_count') }} as checkout_rate
    from sessions
)

select * from final
