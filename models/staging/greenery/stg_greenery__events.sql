-- Grain: one row per web event
-- Trap: a session may run over midnight, and a parcel is shipped in the session that bought it.
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
        event_type,
        page_url,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
