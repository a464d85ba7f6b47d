-- Grain: one row per hour from the first to the last event or order, also hours without any.
-- Trap: buyers do not add up over hours; a session counts in the hour of its first event only.
with

orders as (
    select * from {{ ref('int_greenery__order_facts') }}
),

-- All orders, also those that are not sales: they set the first and the last hour.
staged_orders as (
    select * from {{ ref('stg_greenery__orders') }}
),

events as (
    select * from {{ ref('stg_greenery__events') }}
),

sessions as (
    select * from {{ ref('int_greenery__sessions') }}
),

-- Each order with its hour and the hour of its customer's first order.
orders_with_hour as (
    select
        {{ dbt.date_trunc('hour', 'ordered_at') }} as date_hour,
        {{ dbt.date_trunc('hour', 'first_ordered_at') }} as first_date_hour,
        customer_id,
        promo_id,
        units,
        net_amount,
        delivery_days
    from orders
),

orders_by_hour as (
    select
        date_hour,
        count(*) as orders_count,
        count(distinct customer_id) as buyers_count,
        count(distinct case when first_date_hour = date_hour then customer_id end)
            as new_buyers_count,
        sum(units) as units,
        sum(net_amount) as revenue,
        count(promo_id) as promo_orders_count,
        avg(delivery_days) as avg_delivery_days
    from orders_with_hour
    group by date_hour
),

sessions_by_hour as (
    select
        {{ dbt.date_trunc('hour', 'started_at') }} as date_hour,
        count(*) as sessions_count,
        sum(case when is_shopping_session then 1 else 0 end) as shopping_sessions_count,
        sum(case when has_checkout then 1 else 0 end) as converted_sessions_count
    from sessions
    group by {{ dbt.date_trunc('hour', 'started_at') }}
),

moments as (
    select created_at from events
    union all
    select created_at from staged_orders
),

first_and_last_hour as (
    select
        {{ dbt.date_trunc('hour', 'min(created_at)') }} as first_date_hour,
        {{ dbt.date_trunc('hour', 'max(created_at)') }} as last_date_hour
    from moments
),

numbers as (
    {{ whole_numbers(1048576) }}
),

hours as (
    select
        cast({{ dbt.dateadd('hour', 'whole_number', 'first_date_hour') }} as timestamp) as date_hour
    from first_and_last_hour
    inner join numbers
        on {{ dbt.datediff('first_date_hour', 'last_date_hour', 'hour') }} >= numbers.whole_number
),

final as (
    select
        hours.date_hour,
        coalesce(orders_by_hour.orders_count, 0) as orders_count,
        coalesce(orders_by_hour.buyers_count, 0) as buyers_count,
        coalesce(orders_by_hour.new_buyers_count, 0) as new_buyers_count,
        coalesce(orders_by_hour.buyers_count - orders_by_hour.new_buyers_count, 0)
            as returning_buyers_count,
        cast(coalesce(orders_by_hour.units, 0) as bigint) as units,
        {{ amount('coalesce(orders_by_hour.revenue, 0)') }} as revenue,
        {{ amount(ratio('orders_by_hour.revenue', 'orders_by_hour.orders_count')) }}
            as avg_order_value,
        coalesce(orders_by_hour.promo_orders_count, 0) as promo_orders_count,
        {{ ratio('orders_by_hour.promo_orders_count', 'orders_by_hour.orders_count') }}
            as promo_share,
        orders_by_hour.avg_delivery_days,
        coalesce(sessions_by_hour.sessions_count, 0) as sessions_count,
        cast(coalesce(sessions_by_hour.shopping_sessions_count, 0) as bigint)
            as shopping_sessions_count,
        cast(coalesce(sessions_by_hour.converted_sessions_count, 0) as bigint)
            as converted_sessions_count,
        {{ ratio('sessions_by_hour.converted_sessions_count', 'sessions_by_hour.sessions_count') }}
            as conversion_rate,
        {{ ratio(
            'sessions_by_hour.converted_sessions_count', 'sessions_by_hour.shopping_sessions_count'
        ) }} as shopping_conversion_rate
    from hours
    left join orders_by_hour
        on hours.date_hour = orders_by_hour.date_hour
    left join sessions_by_hour
        on hours.date_hour = sessions_by_hour.date_hour
)

select * from final
