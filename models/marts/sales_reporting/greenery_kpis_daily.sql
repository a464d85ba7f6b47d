-- Grain: one row per day from the first to the last event or order, also days without any.
-- Trap: buyers do not add up over days; a session counts on the day of its first event only.
with

orders as (
    select * from {{ ref('int_greenery__order_facts') }}
),

-- All orders, also those that are not sales: they set the first and the last day.
staged_orders as (
    select * from {{ ref('stg_greenery__orders') }}
),

events as (
    select * from {{ ref('stg_greenery__events') }}
),

sessions as (
    select * from {{ ref('int_greenery__sessions') }}
),

-- Each order with its day and the day of its customer's first order.
orders_with_day as (
    select
        cast(ordered_at as date) as date_day,
        cast(first_ordered_at as date) as first_date_day,
        customer_id,
        promo_id,
        units,
        net_amount,
        delivery_days
    from orders
),

orders_by_day as (
    select
        date_day,
        count(*) as orders_count,
        count(distinct customer_id) as buyers_count,
        count(distinct case when first_date_day = date_day then customer_id end)
            as new_buyers_count,
        sum(units) as units,
        sum(net_amount) as revenue,
        count(promo_id) as promo_orders_count,
        avg(delivery_days) as avg_delivery_days
    from orders_with_day
    group by date_day
),

sessions_by_day as (
    select
        cast(started_at as date) as date_day,
        count(*) as sessions_count,
        sum(case when is_shopping_session then 1 else 0 end) as shopping_sessions_count,
        sum(case when has_checkout then 1 else 0 end) as converted_sessions_count
    from sessions
    group by cast(started_at as date)
),

moments as (
    select created_at from events
    union all
    select created_at from staged_orders
),

first_and_last_day as (
    select
        cast(min(created_at) as date) as first_date_day,
        cast(max(created_at) as date) as last_date_day
    from moments
),

numbers as (
    {{ whole_numbers(65536) }}
),

days as (
    select cast({{ dbt.dateadd('day', 'whole_number', 'first_date_day') }} as date) as date_day
    from first_and_last_day
    inner join numbers
        on {{ dbt.datediff('first_date_day', 'last_date_day', 'day') }} >= numbers.whole_number
),

final as (
    select
        days.date_day,
        coalesce(orders_by_day.orders_count, 0) as orders_count,
        coalesce(orders_by_day.buyers_count, 0) as buyers_count,
        coalesce(orders_by_day.new_buyers_count, 0) as new_buyers_count,
        coalesce(orders_by_day.buyers_count - orders_by_day.new_buyers_count, 0)
            as returning_buyers_count,
        cast(coalesce(orders_by_day.units, 0) as bigint) as units,
        {{ amount('coalesce(orders_by_day.revenue, 0)') }} as revenue,
        {{ amount(ratio('orders_by_day.revenue', 'orders_by_day.orders_count')) }}
            as avg_order_value,
        coalesce(orders_by_day.promo_orders_count, 0) as promo_orders_count,
        {{ ratio('orders_by_day.promo_orders_count', 'orders_by_day.orders_count') }}
            as promo_share,
        orders_by_day.avg_delivery_days,
        coalesce(sessions_by_day.sessions_count, 0) as sessions_count,
        cast(coalesce(sessions_by_day.shopping_sessions_count, 0) as bigint)
            as shopping_sessions_count,
        cast(coalesce(sessions_by_day.converted_sessions_count, 0) as bigint)
            as converted_sessions_count,
        {{ ratio('sessions_by_day.converted_sessions_count', 'sessions_by_day.sessions_count') }}
            as conversion_rate,
        {{ ratio(
            'sessions_by_day.converted_sessions_count', 'sessions_by_day.shopping_sessions_count'
        ) }} as shopping_conversion_rate
    from days
    left join orders_by_day
        on days.date_day = orders_by_day.date_day
    left join sessions_by_day
        on days.date_day = sessions_by_day.date_day
)

select * from final
