-- Grain: one row per domain and customer known a horizon before as_of_date.
-- Trap: the prediction was made from what was known that day; the actual values are what came
-- after it, with the returns known at as_of_date. Later customers have no row.
with

scores as (
    select * from {{ ref('fct_clv_scores') }}
    where cutoff = 'holdout'
),

cutoffs as (
    select distinct
        domain,
        cutoff_date
    from scores
),

-- Without the scores: joined with them, all orders of all times would be in memory.
purchases as (
    select
        orders.domain,
        orders.customer_id,
        orders.order_date,
        sum(orders.net_amount - coalesce(orders.returned_amount, 0)) as net_spend
    from {{ ref('fct_orders_as_of') }} as orders
    inner join cutoffs
        on
            orders.domain = cutoffs.domain
            and orders.order_date > cutoffs.cutoff_date
    where orders.customer_id is not null and not orders.is_returned_in_full
    group by
        orders.domain,
        orders.customer_id,
        orders.order_date
),

purchases_by_customer as (
    select
        domain,
        customer_id,
        count(*) as purchases_count,
        sum(net_spend) as net_spend
    from purchases
    group by
        domain,
        customer_id
),

scores_with_baselines as (
    select
        *,
        {{ amount(ratio('net_spend', 'repeat_purchases_count + 1')) }} as avg_spend,
        coalesce({{ ratio('repeat_purchases_count * horizon_days', 'days_observed') }}, 0)
            as past_rate_purchases,
        cast(recent_purchases_count as double) as last_period_purchases,
        days_observed - days_to_last_purchase as days_since_last_purchase
    from scores
),

final as (
    select
        scores.domain,
        scores.customer_id,
        scores.cutoff_date,
        scores.horizon_days,
        scores.purchase_probability,
        scores.expected_purchases,
        {{ amount('scores.predicted_value') }} as predicted_value,
        scores.past_rate_purchases,
        case
            when scores.days_since_last_purchase <= {{ var('churn_at_risk_days') }}
                then scores.past_rate_purchases
            else 0
        end as past_rate_if_recent_purchases,
        scores.last_period_purchases,
        scores.avg_spend,
        coalesce(purchases_by_customer.purchases_count, 0) as actual_purchases_count,
        {{ amount('coalesce(purchases_by_customer.net_spend, 0)') }} as actual_net_spend
    from scores_with_baselines as scores
    left join purchases_by_customer
        on
            scores.domain = purchases_by_customer.domain
            and scores.customer_id = purchases_by_customer.customer_id
)

select * from final
