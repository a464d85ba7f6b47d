-- Grain: one row per domain and customer with an order up to as_of_date that was not returned in
-- full.
-- Trap: is_at_risk has one limit for all; overdue_ratio uses each customer's own usual gap.
-- It is null below a mean gap of a day: several orders on one day say nothing about the next visit.
-- A return lowers the spend of the window of its own day.
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
    where customer_id is not null and not is_returned_in_full
),

returns as (
    select
        domain,
        customer_id,
        amount,
        {{ dbt.datediff('return_date', 'as_of_date', 'day') }} as days_ago
    from {{ ref('fct_returns_as_of') }}
    where customer_id is not null and not is_order_returned_in_full
),

returns_by_customer as (
    select
        domain,
        customer_id,
        sum(case when days_ago < {{ window_days }} then amount else 0 end)
            as recent_returns,
        sum(
            case
                when days_ago >= {{ window_days }} and days_ago < {{ 2 * window_days }} then amount
                else 0
            end
        ) as previous_returns
    from returns
    group by
        domain,
        customer_id
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
        sum(case when days_ago < {{ window_days }} then net_amount else 0 end) as recent_revenue,
        sum(
            case
                when days_ago >= {{ window_days }} and days_ago < {{ 2 * window_days }}
                    then net_amount
                else 0
            end
        ) as previous_revenue
    from orders
    group by
        domain,
        customer_id
),

predictions as (
    select * from {{ ref('customer_clv_predictions') }}
),

customers_with_spend as (
    select
        customers.*,
        {{ amount(
            'customers.recent_revenue - coalesce(returns_by_customer.recent_returns, 0)'
        ) }} as recent_spend_amount,
        {{ amount(
            'customers.previous_revenue - coalesce(returns_by_customer.previous_returns, 0)'
        ) }} as previous_spend_amount
    from customers
    left join returns_by_customer
        on
            customers.domain = returns_by_customer.domain
            and customers.customer_id = returns_by_customer.customer_id
),

final as (
    select
        customers.domain,
        customers.customer_id,
        customers.as_of_date,
        customers.first_order_date,
        customers.last_order_date,
        customers.orders_count,
        customers.days_since_last_order,
        customers.avg_days_between_orders,
        customers.recent_spend_amount,
        customers.previous_spend_amount,
        -- Discounts and returns may make spend negative: a change from that has the wrong sign.
        case
            when customers.previous_spend_amount > 0
                then {{ ratio(
                    'customers.recent_spend_amount - customers.previous_spend_amount',
                    'customers.previous_spend_amount'
                ) }}
        end as spend_change_rate,
        case
            when customers.avg_days_between_orders >= 1
                then {{ ratio(
                    'customers.days_since_last_order', 'customers.avg_days_between_orders'
                ) }}
        end as overdue_ratio,
        predictions.alive_probability,
        predictions.purchase_probability,
        customers.days_since_last_order > {{ var('churn_at_risk_days') }} as is_at_risk
    from customers_with_spend as customers
    left join predictions
        on
            customers.domain = predictions.domain
            and customers.customer_id = predictions.customer_id
)

select * from final
