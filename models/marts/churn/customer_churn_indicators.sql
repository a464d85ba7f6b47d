-- Grain: one row per domain and customer with an order up to as_of_date.
-- Trap: is_at_risk has one limit for all; overdue_ratio uses each customer's own usual gap.
-- It is null below a mean gap of a day: several orders on one day say nothing about the next visit.
{%- set window_days = var('churn_period_count') * var('churn_period_days') %}
with

orders as (
    select
        domain,
        customer_id,
        order_date,
        net_amount,
        as_of_date,
        {{ dbt.datediff('order_date', 'as_of_date', 'day') }} as days_ago
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null
),

customers as (
    select
        domain,
        customer_id,
        max(as_of_date) as as_of_date,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        count(*) as orders_count,
        min(days_ago) as days_since_last_order,
        {{ ratio('max(days_ago) - min(days_ago)', 'count(*) - 1') }} as avg_days_between_orders,
        {{ amount('sum(case when days_ago < ' ~ window_days ~ ' then net_amount else 0 end)') }}
            as recent_spend_amount,
        {{ amount(
            'sum(case when days_ago >= ' ~ window_days ~ ' and days_ago < ' ~ 2 * window_days
            ~ ' then net_amount else 0 end)'
        ) }} as previous_spend_amount
    from orders
    group by
        domain,
        customer_id
),

final as (
    select
        domain,
        customer_id,
        as_of_date,
        first_order_date,
        last_order_date,
        orders_count,
        days_since_last_order,
        avg_days_between_orders,
        recent_spend_amount,
        previous_spend_amount,
        -- Discounts may make spend negative, and a change from that would have the wrong sign.
        case
            when previous_spend_amount > 0
                then {{ ratio(
                    'recent_spend_amount - previous_spend_amount', 'previous_spend_amount'
                ) }}
        end as spend_change_rate,
        case
            when avg_days_between_orders >= 1
                then {{ ratio('days_since_last_order', 'avg_days_between_orders') }}
        end as overdue_ratio,
        days_since_last_order > {{ var('churn_at_risk_days') }} as is_at_risk
    from customers
)

select * from final
