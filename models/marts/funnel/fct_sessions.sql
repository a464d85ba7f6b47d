-- Grain: one row per session.
-- Trap: has_... is true for a step in any order, funnel_..._at is only set for steps in order.
with

sessions as (
    select * from {{ ref('int_greenery__sessions') }}
),

events as (
    select * from {{ ref('dim_events') }}
),

first_page_views as (
    select
        session_guid,
        min(created_at) as viewed_at,
        {{ dbt.dateadd('minute', var('funnel_conversion_window_minutes'), 'min(created_at)') }}
            as window_ends_at
    from events
    where event_type = 'page_view'
    group by session_guid
),

-- The earliest valid step is enough: a later one leaves less time for the next step.
first_carts_after_view as (
    select
        first_page_views.session_guid,
        first_page_views.window_ends_at,
        min(events.created_at) as carted_at
    from first_page_views
    inner join events
        on
            first_page_views.session_guid = events.session_guid
            and events.event_type = 'add_to_cart'
            and first_page_views.viewed_at <= events.created_at
            and first_page_views.window_ends_at >= events.created_at
    group by first_page_views.session_guid, first_page_views.window_ends_at
),

first_checkouts_after_cart as (
    select
        first_carts_after_view.session_guid,
        min(events.created_at) as checked_out_at
    from first_carts_after_view
    inner join events
        on
            first_carts_after_view.session_guid = events.session_guid
            and events.event_type = 'checkout'
            and not events.is_repeated_checkout
            and first_carts_after_view.carted_at <= events.created_at
            and first_carts_after_view.window_ends_at >= events.created_at
    group by first_carts_after_view.session_guid
),

final as (
    select
        sessions.session_guid,
        sessions.user_id as user_guid,
        sessions.started_at,
        sessions.ended_at,
        sessions.visit_ended_at,
        cast(sessions.started_at as date) as session_date,
        cast({{ dbt.date_trunc('hour', 'sessions.started_at') }} as timestamp) as session_hour,
        first_page_views.viewed_at as funnel_viewed_at,
        first_carts_after_view.carted_at as funnel_carted_at,
        first_checkouts_after_cart.checked_out_at as funnel_checked_out_at,
        coalesce(
            nullif(
                concat(
                    case when sessions.has_page_view then 'V' else '' end,
                    case when sessions.has_add_to_cart then 'A' else '' end,
                    case when sessions.has_checkout then 'C' else '' end
                ), ''
            ), 'none'
        ) as step_set,
        sessions.events_count,
        sessions.pages_count,
        sessions.products_count,
        {{ ratio(dbt.datediff('sessions.started_at', 'sessions.ended_at', 'second'), '60') }}
            as duration_minutes,
        {{ ratio(
            dbt.datediff('sessions.started_at', 'sessions.visit_ended_at', 'second'), '60'
        ) }} as visit_minutes,
        sessions.has_page_view,
        sessions.has_add_to_cart,
        sessions.has_delete_from_cart,
        sessions.has_checkout,
        sessions.has_package_shipped,
        sessions.has_account_created,
        sessions.is_shopping_session,
        sessions.has_checkout as is_converted
    from sessions
    left join first_page_views
        on sessions.session_guid = first_page_views.session_guid
    left join first_carts_after_view
        on sessions.session_guid = first_carts_after_view.session_guid
    left join first_checkouts_after_cart
        on sessions.session_guid = first_checkouts_after_cart.session_guid
)

select * from final
