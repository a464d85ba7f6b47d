{#-
    The KPIs of the plant shop per hour or day: greenery_kpis('hour', 'date_hour').
    Both models are this one query; distinct buyers cannot be summed up from hours to days.
-#}
{%- macro greenery_kpis(datepart, period) -%}
with

orders as (
    select * from {{ ref('fct_orders') }}
    where domain = 'greenery' and counts_as_sale
),

staged_orders as (
    select * from {{ ref('stg_greenery__orders') }}
),

events as (
    select * from {{ ref('stg_greenery__events') }}
),

sessions as (
    select * from {{ ref('int_greenery__sessions') }}
),

first_orders as (
    select
        customer_id,
        {{ dbt.date_trunc(datepart, 'min(ordered_at)') }} as first_period
    from orders
    group by customer_id
),

orders_with_period as (
    select
        {{ dbt.date_trunc(datepart, 'orders.ordered_at') }} as period,
        first_orders.first_period,
        orders.customer_id,
        orders.net_amount,
        orders.units,
        staged_orders.promo_id,
        {{ ratio(dbt.datediff('staged_orders.created_at', 'staged_orders.delivered_at', 'second'), '86400') }}
            as delivery_days
    from orders
    inner join first_orders
        on orders.customer_id = first_orders.customer_id
    inner join staged_orders
        on orders.order_id = staged_orders.order_id
),

orders_by_period as (
    select
        period,
        count(*) as orders_count,
        count(distinct customer_id) as buyers_count,
        count(distinct case when first_period = period then customer_id end) as new_buyers_count,
        sum(units) as units,
        sum(net_amount) as revenue,
        count(promo_id) as promo_orders_count,
        avg(delivery_days) as avg_delivery_days
    from orders_with_period
    group by period
),

sessions_by_period as (
    select
        {{ dbt.date_trunc(datepart, 'started_at') }} as period,
        count(*) as sessions_count,
        sum(case when is_shopping_session then 1 else 0 end) as shopping_sessions_count,
        sum(case when has_checkout then 1 else 0 end) as converted_sessions_count
    from sessions
    group by {{ dbt.date_trunc(datepart, 'started_at') }}
),

moments as (
    select created_at from events
    union all
    select created_at from staged_orders
),

first_and_last_period as (
    select
        {{ dbt.date_trunc(datepart, 'min(created_at)') }} as first_period,
        {{ dbt.date_trunc(datepart, 'max(created_at)') }} as last_period
    from moments
),

numbers as (
    {{ whole_numbers(1048576 if datepart == 'hour' else 65536) }}
),

periods as (
    select {{ dbt.dateadd(datepart, 'whole_number', 'first_period') }} as period
    from first_and_last_period
    inner join numbers
        on {{ dbt.datediff('first_period', 'last_period', datepart) }} >= numbers.whole_number
),

final as (
    select
        cast(periods.period as {{ 'timestamp' if datepart == 'hour' else 'date' }}) as {{ period }},
        coalesce(orders_by_period.orders_count, 0) as orders_count,
        coalesce(orders_by_period.buyers_count, 0) as buyers_count,
        coalesce(orders_by_period.new_buyers_count, 0) as new_buyers_count,
        coalesce(orders_by_period.buyers_count - orders_by_period.new_buyers_count, 0)
            as returning_buyers_count,
        cast(coalesce(orders_by_period.units, 0) as bigint) as units,
        {{ amount('coalesce(orders_by_period.revenue, 0)') }} as revenue,
        {{ amount(ratio('orders_by_period.revenue', 'orders_by_period.orders_count')) }}
            as avg_order_value,
        coalesce(orders_by_period.promo_orders_count, 0) as promo_orders_count,
        {{ ratio('orders_by_period.promo_orders_count', 'orders_by_period.orders_count') }}
            as promo_share,
        orders_by_period.avg_delivery_days,
        coalesce(sessions_by_period.sessions_count, 0) as sessions_count,
        cast(coalesce(sessions_by_period.shopping_sessions_count, 0) as bigint)
            as shopping_sessions_count,
        cast(coalesce(sessions_by_period.converted_sessions_count, 0) as bigint)
            as converted_sessions_count,
        {{ ratio('sessions_by_period.converted_sessions_count', 'sessions_by_period.sessions_count') }}
            as conversion_rate,
        {{ ratio(
            'sessions_by_period.converted_sessions_count', 'sessions_by_period.shopping_sessions_count'
        ) }} as shopping_conversion_rate
    from periods
    left join orders_by_period
        on periods.period = orders_by_period.period
    left join sessions_by_period
        on periods.period = sessions_by_period.period
)

select * from final
{%- endmacro -%}
