-- Events and sessions equal those of staging and the KPIs, purchases equal core's lines. A
-- session_id of several users is a session for each of them; an order is bought once.
{{ config(group='greenery') }}
with

events_by_session_id as (
    select
        session_id,
        count(*) as events_count,
        greatest(count(distinct user_id), 1) as sessions_count
    from {{ ref('stg_greenery__events') }}
    group by session_id
),

staged as (
    select
        coalesce(sum(events_count), 0) as events_count,
        coalesce(sum(sessions_count), 0) as sessions_count
    from events_by_session_id
),

events as (
    select count(*) as events_count
    from {{ ref('dim_events') }}
),

sessions as (
    select
        count(*) as sessions_count,
        coalesce(sum(events_count), 0) as events_count,
        coalesce(sum(case when is_converted then 1 else 0 end), 0) as converted_count
    from {{ ref('fct_sessions') }}
),

kpis as (
    select
        sum(sessions_count) as sessions_count,
        sum(converted_sessions_count) as converted_count
    from {{ ref('greenery_kpis_daily') }}
),

products as (
    select coalesce(sum(bought_sessions_count), 0) as purchases_count
    from {{ ref('product_conversion') }}
),

orders_with_checkout as (
    select distinct order_id
    from {{ ref('stg_greenery__events') }}
    where event_type = 'checkout'
),

sessions_of_orders as (
    select
        order_guid as order_id,
        min(session_guid) as session_guid,
        count(distinct session_guid) as sessions_count
    from {{ ref('dim_events') }}
    where event_type = 'checkout' and not is_repeated_checkout
    group by order_guid
),

products_of_sessions as (
    select distinct
        sessions_of_orders.session_guid,
        order_lines.product_id
    from orders_with_checkout
    inner join {{ ref('fct_order_lines') }} as order_lines
        on orders_with_checkout.order_id = order_lines.order_id
    left join sessions_of_orders
        on
            orders_with_checkout.order_id = sessions_of_orders.order_id
            and sessions_of_orders.sessions_count = 1
    where order_lines.domain = 'greenery'
),

core as (
    select count(*) as purchases_count
    from products_of_sessions
),

final as (
    select
        staged.*,
        events.events_count as events_of_dim_events,
        sessions.events_count as events_of_fct_sessions,
        sessions.sessions_count as sessions_of_fct_sessions,
        kpis.sessions_count as sessions_of_kpis,
        products.purchases_count,
        core.purchases_count as purchases_of_core
    from staged
    cross join events
    cross join sessions
    cross join kpis
    cross join products
    cross join core
    where
        staged.events_count <> events.events_count
        or staged.events_count <> sessions.events_count
        or staged.sessions_count <> sessions.sessions_count
        or kpis.sessions_count <> sessions.sessions_count
        or kpis.converted_count <> sessions.converted_count
        or products.purchases_count <> core.purchases_count
)

select * from final
