-- Customers and spend in both windows equal core's without guests and without orders that were
-- returned in full, also in the summary.
{%- set window_days = var('churn_period_count') * var('churn_period_days') %}
with

orders as (
    select * from {{ ref('fct_orders_as_of') }}
    where customer_id is not null and not is_returned_in_full
),

customers_with_orders as (
    select distinct
        domain,
        customer_id
    from orders
),

-- Amounts by the day of the order, and of the return.
amounts as (
    select
        domain,
        order_date as amount_date,
        as_of_date,
        net_amount as amount
    from orders

    union all

    select
        returned.domain,
        returned.return_date as amount_date,
        returned.as_of_date,
        -returned.amount as amount
    from {{ ref('fct_returns_as_of') }} as returned
    inner join customers_with_orders
        on
            returned.domain = customers_with_orders.domain
            and returned.customer_id = customers_with_orders.customer_id
    where not returned.is_order_returned_in_full
),

spend as (
    select
        domain,
        sum(
            case
                when
                    amount_date > {{ dbt.dateadd('day', -2 * window_days, 'as_of_date') }}
                    then amount
                else 0
            end
        ) as spend_in_both_windows,
        sum(
            case
                when
                    amount_date > {{ dbt.dateadd('day', -window_days, 'as_of_date') }}
                    then amount
                else 0
            end
        ) as recent_spend_amount
    from amounts
    group by domain
),

core as (
    select
        spend.domain,
        count(*) as customers_count,
        max(spend.spend_in_both_windows) as spend_in_both_windows,
        max(spend.recent_spend_amount) as recent_spend_amount
    from spend
    inner join customers_with_orders
        on spend.domain = customers_with_orders.domain
    group by spend.domain
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
