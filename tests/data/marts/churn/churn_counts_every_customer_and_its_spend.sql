-- Customers, orders and spend in both windows equal core's without guests, also in the summary.
{%- set window_days = var('churn_period_count') * var('churn_period_days') %}
with

core as (
    select
        domain,
        count(distinct customer_id) as customers_count,
        sum(
            case
                when
                    order_date > {{ dbt.dateadd('day', -2 * window_days, 'as_of_date') }}
                    then net_amount
                else 0
            end
        ) as spend_in_both_windows,
        sum(
            case
                when
                    order_date > {{ dbt.dateadd('day', -window_days, 'as_of_date') }}
                    then net_amount
                else 0
            end
        ) as recent_spend_amount
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null
    group by domain
),

customers as (
    select
        'customer_churn_indicators' as mart,
        domain,
        count(*) as customers_count,
        sum(recent_spend_amount) as recent_spend_amount,
        sum(previous_spend_amount) as previous_spend_amount
    from {{ ref('customer_churn_indicators') }}
    group by domain
),

tiers as (
    select
        'churn_summary' as mart,
        domain,
        sum(customers_count) as customers_count,
        sum(recent_spend_amount) as recent_spend_amount,
        sum(previous_spend_amount) as previous_spend_amount
    from {{ ref('churn_summary') }}
    group by domain
),

marts as (
    select * from customers
    union all
    select * from tiers
)

select
    core.domain,
    core.customers_count as core_customers_count,
    core.spend_in_both_windows,
    marts.*
from core
full outer join marts
    on core.domain = marts.domain
where
    core.domain is null
    or marts.domain is null
    or core.customers_count <> marts.customers_count
    or core.recent_spend_amount <> marts.recent_spend_amount
    or core.spend_in_both_windows <> marts.recent_spend_amount + marts.previous_spend_amount
