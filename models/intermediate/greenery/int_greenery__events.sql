-- Grain: one row per web event, with the session that all funnel marts and KPIs count it in.
-- Trap: session ids may be unique per user only. If two known users share a session_id,
-- session_guid is `session_id:user_id`. A checkout page that is opened again is_repeated_checkout:
-- no purchase.
with

events as (
    select * from {{ ref('stg_greenery__events') }}
),

shared_session_ids as (
    select session_id
    from events
    group by session_id
    having count(distinct user_id) > 1
),

-- Counts from the end: an event without a user has the number of the next event with one, or 0.
shared_events as (
    select
        events.event_id,
        events.session_id,
        events.user_id,
        count(events.user_id) over (
            partition by events.session_id
            order by events.created_at_utc desc, events.event_id desc
            rows between unbounded preceding and current row
        ) as known_events_left_count
    from events
    inner join shared_session_ids
        on events.session_id = shared_session_ids.session_id
),

-- After the last event with a user, events belong to that user.
events_with_user as (
    select
        event_id,
        max(user_id) over (
            partition by session_id, greatest(known_events_left_count, 1)
        ) as session_user_id
    from shared_events
),

events_with_session as (
    select
        events.*,
        case
            when events_with_user.event_id is not null
                then concat(events.session_id, ':', events_with_user.session_user_id)
            else events.session_id
        end as session_guid
    from events
    left join events_with_user
        on events.event_id = events_with_user.event_id
),

checkouts_ranked as (
    select
        order_id,
        session_guid,
        row_number() over (
            partition by order_id order by created_at_utc, event_id
        ) as checkout_rank
    from events_with_session
    where event_type = 'checkout' and order_id is not null
),

-- An order is bought once, in the first session that has its checkout.
purchases as (
    select
        order_id,
        session_guid
    from checkouts_ranked
    where checkout_rank = 1
),

final as (
    select
        events_with_session.event_id,
        events_with_session.session_id,
        events_with_session.session_guid,
        events_with_session.user_id,
        events_with_session.order_id,
        events_with_session.product_id,
        events_with_session.created_at,
        events_with_session.event_type,
        events_with_session.page_url,
        coalesce(
            events_with_session.event_type = 'checkout'
            and purchases.session_guid <> events_with_session.session_guid,
            false
        ) as is_repeated_checkout
    from events_with_session
    left join purchases
        on events_with_session.order_id = purchases.order_id
)

select * from final
