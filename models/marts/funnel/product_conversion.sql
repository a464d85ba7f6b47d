-- Grain: one row per plant that is on sale, was ordered or is named by an event.
-- Trap: sessions do not add up over plants; a plant may be bought without being seen or carted.
with

events as (
    select * from {{ ref('dim_events') }}
),

products as (
    select * from {{ ref('dim_products') }}
    where domain = 'greenery'
),

order_lines as (
    select * from {{ ref('fct_order_lines') }}
    where domain = 'greenery'
),

-- A plant was bought if the order includes it, even without an add_to_cart, and even if the order
-- was cancelled later: it converted the session.
product_steps as (
    select
        session_guid,
        product_guid as product_id,
        case when event_type = 'page_view' then 1 else 0 end as was_viewed,
        case when event_type = 'add_to_cart' then 1 else 0 end as was_carted,
        0 as was_bought
    from events
    where product_guid is not null
    union all
    select
        events.session_guid,
        order_lines.product_id,
        0 as was_viewed,
        0 as was_carted,
        1 as was_bought
    from events
    inner join order_lines
        on events.order_guid = order_lines.order_id
    where events.event_type = 'checkout' and not events.is_repeated_checkout
),

products_of_sessions as (
    select
        product_id,
        session_guid,
        max(was_viewed) as was_viewed,
        max(was_carted) as was_carted,
        max(was_bought) as was_bought
    from product_steps
    group by product_id, session_guid
),

sessions_by_product as (
    select
        product_id,
        sum(was_viewed) as viewed,
        sum(was_carted) as carted,
        sum(was_bought) as bought,
        sum(was_viewed * was_carted) as viewed_and_carted,
        sum(was_carted * was_bought) as carted_and_bought,
        sum(was_viewed * was_bought) as viewed_and_bought,
        sum(was_viewed * (1 - was_carted) * (1 - was_bought)) as lost_before_cart,
        sum(was_viewed * was_carted * (1 - was_bought)) as lost_before_purchase
    from products_of_sessions
    group by product_id
),

products_with_sessions as (
    select
        coalesce(products.product_id, sessions_by_product.product_id) as product_id,
        coalesce(products.product_name, 'Unknown') as product_name,
        cast(coalesce(sessions_by_product.viewed, 0) as bigint) as viewed_sessions_count,
        cast(coalesce(sessions_by_product.carted, 0) as bigint) as carted_sessions_count,
        cast(coalesce(sessions_by_product.bought, 0) as bigint) as bought_sessions_count,
        cast(coalesce(sessions_by_product.viewed_and_carted, 0) as bigint)
            as viewed_and_carted_sessions_count,
        cast(coalesce(sessions_by_product.carted_and_bought, 0) as bigint)
            as carted_and_bought_sessions_count,
        cast(coalesce(sessions_by_product.viewed_and_bought, 0) as bigint)
            as viewed_and_bought_sessions_count,
        cast(coalesce(sessions_by_product.lost_before_cart, 0) as bigint)
            as lost_before_cart_sessions_count,
        cast(coalesce(sessions_by_product.lost_before_purchase, 0) as bigint)
            as lost_before_purchase_sessions_count
    from products
    full outer join sessions_by_product
        on products.product_id = sessions_by_product.product_id
),

final as (
    select
        product_id,
        product_name,
        case
            when lost_before_cart_sessions_count + lost_before_purchase_sessions_count = 0
                then null
            when lost_before_cart_sessions_count >= lost_before_purchase_sessions_count
                then 'before cart'
            else 'before purchase'
        end as biggest_loss,
        viewed_sessions_count,
        carted_sessions_count,
        bought_sessions_count,
        viewed_and_carted_sessions_count,
        carted_and_bought_sessions_count,
        viewed_and_bought_sessions_count,
        lost_before_cart_sessions_count,
        lost_before_purchase_sessions_count,
        {{ ratio('viewed_and_carted_sessions_count', 'viewed_sessions_count') }}
            as view_to_cart_rate,
        {{ ratio('carted_and_bought_sessions_count', 'carted_sessions_count') }}
            as cart_to_purchase_rate,
        {{ ratio('viewed_and_bought_sessions_count', 'viewed_sessions_count') }}
            as conversion_rate
    from products_with_sessions
    -- Without events there are no rows, not rows with 0.
    where exists (select 1 from events)
)

select * from final
