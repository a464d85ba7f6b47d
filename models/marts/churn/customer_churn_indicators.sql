-- Grain: one row per domain and customer with an order up to as_of_date that was not returned in
-- full.
-- Trap: is_at_risk has one limit for all; overdue_ratio uses each customer's own usual gap.
-- It is null below a mean gap of a day: several orders on one day say nothing about the next visit.
-- A return lowers the spend of the window of its own day.
{%- set window_days = var('churn_period_count') * var('churn_period_days') %}
with

customers as (
    select
        totals.domain,
        totals.customer_id,
        domains.as_of_date,
        totals.first_order_date,
        totals.last_order_date,
        totals.orders_count,
        {{ dbt.datediff('totals.last_order_date', 'domains.as_of_date', 'day') }}
            as days_since_last_order,
        {{ ratio(
            dbt.datediff('totals.first_order_date', 'totals.last_order_date', 'day'),
            'totals.orders_count - 1'
        ) }} as avg_days_between_orders
    from {{ ref('fct_customer_totals') }} as totals
    inner join {{ ref('dim_domains') }} as domains
        on totals.domain = domains.domain
    where totals.orders_count > 0
),

orders as (
    select
        domain,
        customer_id,
        net_amount,
        {{ dbt.datediff('order_date', 'as_of_date', 'day') }} as days_ago
    from {{ ref('fct_orders_as_of') }}
    where
        customer_id is not null
        and not is_returned_in_full
        and order_date > {{ dbt.dateadd('day', -2 * window_days, 'as_of_date') }}
),

returns as (
    select
        domain,
        customer_id,
        amount,
        {{ dbt.datediff('return_date', 'as_of_date', 'day') }} as days_ago
    from {{ ref('fct_returns_as_of') }}
    where
        customer_id is not null
        and not is_order_returned_in_full
        and return_date > {{ dbt.dateadd('day', -2 * window_days, 'as_of_date') }}
),

returns_by_customer as (
    select
        domain,
        customer_id,
        sum(case when days_ago < {{ window_days }} then amount else 0 end) as recent_returns,
        sum(case when days_ago < {{ window_days }} then 0 else amount end) as previous_returns
    from returns
    group by
        domain,
        customer_id
),

orders_by_customer as (
    select
        domain,
        customer_id,
        sum(case when days_ago < {{ window_days }} then net_amount else 0 end) as recent_revenue,
        sum(case when days_ago < {{ window_days }} then 0 else net_amount end)
            as previous_revenue
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
            'coalesce(orders_by_customer.recent_revenue, 0)'
            ~ ' - coalesce(returns_by_customer.recent_returns, 0)'
        ) }} as recent_spend_amount,
        {{ amount(
            'coalesce(orders_by_customer.previous_revenue, 0)'
            ~ ' - coalesce(returns_by_customer.previous_returns, 0)'
        ) }} as previous_spend_amount
    from customers
    left join orders_by_customer
        on
            customers.domain = orders_by_customer.domain
            and customers.customer_id = orders_by_customer.customer_id
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
