-- Grain: one row per web event.
-- Trap: only a checkout and a shipment name an order; its products are in its order lines.
with

events as (
    select * from {{ ref('stg_greenery__events') }}
),

final as (
    select
        event_id as event_guid,
        session_id as session_guid,
        user_id as user_guid,
        product_id as product_guid,
        order_id as order_guid,
        event_type,
        created_at,
        page_url
    from events
)

select * from final
