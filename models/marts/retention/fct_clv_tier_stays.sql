-- Grain: one row per domain, customer and month at whose end the customer's CLV tier is another one
-- than at the end of the month before.
-- Trap: tier is null where all that the customer has ever bought was returned.
-- Cost: customers x months are ranked, but only changes are stored.
{{ config(materialized='kept', replaces="is_touched('month or later', 'month_start_date')") }}

with

-- By month, what happened to orders that are returned in full today.
changes_of_returned_orders as (
    select
        domain,
        customer_id,
        order_id,
        {{ month_start('order_date') }} as month_start_date,
        1 as orders_count,
        net_amount as value_amount
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null and is_returned_in_full

    union all

    select
        domain,
        customer_id,
        order_id,
        {{ month_start('return_date') }} as month_start_date,
        0 as orders_count,
        -amount as value_amount
    from {{ ref('fct_returns_as_of') }}
    where customer_id is not null and is_order_returned_in_full
),

balances_of_returned_orders as (
    select
        domain,
        customer_id,
        order_id,
        month_start_date,
        sum(sum(orders_count)) over (
            partition by domain, order_id order by month_start_date
        ) as orders_count,
        sum(sum(value_amount)) over (
            partition by domain, order_id order by month_start_date
        ) as value_amount
    from changes_of_returned_orders
    group by
        domain,
        customer_id,
        order_id,
        month_start_date
),

-- Such an order counted, with its returns, until the month in which nothing of it was left.
kept_balances as (
    select
        domain,
        customer_id,
        order_id,
        month_start_date,
        case when orders_count = 0 or value_amount > 0 then orders_count else 0 end
            as orders_count,
        case when orders_count = 0 or value_amount > 0 then value_amount else 0 end
            as value_amount
    from balances_of_returned_orders
),

changes_of_all_months as (
    select
        domain,
        customer_id,
        month_start_date,
        orders_count,
        revenue - returned_amount as value_amount
    from {{ ref('fct_customer_months') }}

    union all

    select
        domain,
        customer_id,
        month_start_date,
        orders_count - coalesce(
            lag(orders_count) over (partition by domain, order_id order by month_start_date), 0
        ) as orders_count,
        value_amount - coalesce(
            lag(value_amount) over (partition by domain, order_id order by month_start_date), 0
        ) as value_amount
    from kept_balances
),

first_months as (
    {{ first_touched_months() }}
),

-- A daily build ranks again from the first touched month on; all that was before stands in the
-- month before it.
changes as (
    select
        all_months.domain,
        all_months.customer_id,
        greatest(
            all_months.month_start_date,
            cast({{ dbt.dateadd('month', -1, 'first_months.first_month') }} as date)
        ) as month_start_date,
        all_months.orders_count,
        all_months.value_amount
    from changes_of_all_months as all_months
    inner join first_months
        on all_months.domain = first_months.domain
),

-- Orders and lifetime value at the end of a month with a change, and until the next one.
customer_values as (
    select
        domain,
        customer_id,
        month_start_date as first_month,
        lead(month_start_date) over (
            partition by domain, customer_id order by month_start_date
        ) as next_first_month,
        sum(sum(orders_count)) over (
            partition by domain, customer_id order by month_start_date
        ) as orders_count,
        sum(sum(value_amount)) over (
            partition by domain, customer_id order by month_start_date
        ) as lifetime_value
    from changes
    group by
        domain,
        customer_id,
        month_start_date
),

-- Without a change of anybody's value, nobody's rank changes.
months as (
    select distinct
        domain,
        first_month as month_start_date
    from customer_values
),

-- One row per customer and month, from the first change on.
customer_months as (
    select
        customer_values.domain,
        customer_values.customer_id,
        months.month_start_date,
        customer_values.orders_count > 0 as has_orders,
        customer_values.lifetime_value
    from customer_values
    inner join months
        on
            customer_values.domain = months.domain
            and customer_values.first_month <= months.month_start_date
            and (
                customer_values.next_first_month is null
                or customer_values.next_first_month > months.month_start_date
            )
),

-- Only customers with an order are ranked with each other.
customer_tiers as (
    select
        domain,
        customer_id,
        month_start_date,
        case
            when has_orders
                then {{ clv_tier('lifetime_value', 'domain, month_start_date, has_orders') }}
        end as tier
    from customer_months
),

customer_tiers_with_previous as (
    select
        *,
        lag(tier) over (
            partition by domain, customer_id order by month_start_date
        ) as previous_tier
    from customer_tiers
),

final as (
    select
        domain,
        customer_id,
        month_start_date,
        tier
    from customer_tiers_with_previous
    where
        tier is distinct from previous_tier
        and {{ is_touched('month or later', 'month_start_date') }}
)

select * from final
