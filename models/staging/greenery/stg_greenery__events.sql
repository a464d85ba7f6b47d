-- Grain: one row per web event.
-- Trap: a session may pass midnight; package_shipped belongs to the session of the purchase.
with

source as (
    select * from {{ raw('greenery', 'events') }}
),

final as (
    select
        event_id,
        session_id,
        user_id,
        order_id,
        product_id,
        created_at,
        created_at_utc,
        event_type,
        page_url,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
