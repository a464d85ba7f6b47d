-- Grain: one row per web event.
-- Trap: only a checkout and a shipment name an order; its products are in its order lines. A
-- checkout that is_repeated_checkout did not buy: the order was bought in an earlier session.
with

events as (
    select * from {{ ref('int_greenery__events') }}
),

final as (
    select
        event_id as event_guid,
        session_guid,
        user_id as user_guid,
        product_id as product_guid,
        order_id as order_guid,
        event_type,
        created_at,
        page_url,
        is_repeated_checkout
    from events
)

select * from final
