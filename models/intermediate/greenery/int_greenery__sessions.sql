-- Grain: one row per session.
-- Trap: a session belongs to the hour of its first event; package_shipped comes hours later. A
-- checkout counts in the first session of its order only.
with

events as (
    select * from {{ ref('int_greenery__events') }}
),

sessions as (
    select
        session_guid,
        max(user_id) as user_id,
        min(created_at) as started_at,
        max(created_at) as ended_at,
        max(case when event_type <> 'package_shipped' then created_at end) as visit_ended_at,
        count(*) as events_count,
        count(distinct page_url) as pages_count,
        count(distinct product_id) as products_count,
        max(case when event_type = 'page_view' then 1 else 0 end) = 1 as has_page_view,
        max(case when event_type = 'add_to_cart' then 1 else 0 end) = 1 as has_add_to_cart,
        max(case when event_type = 'delete_from_cart' then 1 else 0 end) = 1
            as has_delete_from_cart,
        max(case when event_type = 'checkout' and not is_repeated_checkout then 1 else 0 end) = 1
            as has_checkout,
        max(case when event_type = 'package_shipped' then 1 else 0 end) = 1
            as has_package_shipped,
        max(case when event_type = 'account_created' then 1 else 0 end) = 1
            as has_account_created
    from events
    group by session_guid
),

final as (
    select
        session_guid,
        user_id,
        started_at,
        ended_at,
        visit_ended_at,
        events_count,
        pages_count,
        products_count,
        has_page_view,
        has_add_to_cart,
        has_delete_from_cart,
        has_checkout,
        has_package_shipped,
        has_account_created,
        has_page_view or has_add_to_cart or has_checkout as is_shopping_session
    from sessions
)

select * from final
