-- Grain: one row per domain, customer and calendar month with an order or a return, up to
-- as_of_date.
-- Trap: in a month with a return only, orders_count is 0 and the customer was not active. As in
-- customer_clv, guests and orders that were returned in full are left out; without another order,
-- cohort_month_start_date is null.
{{ config(materialized='kept', replaces="is_touched('customer', 'customer_id')") }}

with

amounts as (
    select
        domain,
        customer_id,
        {{ month_start('order_date') }} as month_start_date,
        1 as orders_count,
        net_amount as revenue,
        0 as returned_amount
    from {{ ref('fct_orders_as_of') }}
    where
        customer_id is not null
        and not is_returned_in_full
        and {{ is_touched('customer', 'customer_id') }}

    union all

    select
        domain,
        customer_id,
        {{ month_start('return_date') }} as month_start_date,
        0 as orders_count,
        0 as revenue,
        amount as returned_amount
    from {{ ref('fct_returns_as_of') }}
    where
        customer_id is not null
        and not is_order_returned_in_full
        and {{ is_touched('customer', 'customer_id') }}
),

customer_months as (
    select
        domain,
        customer_id,
        month_start_date,
        cast(sum(orders_count) as bigint) as orders_count,
        {{ amount('sum(revenue)') }} as revenue,
        {{ amount('sum(returned_amount)') }} as returned_amount
    from amounts
    group by
        domain,
        customer_id,
        month_start_date
),

final as (
    select
        domain,
        customer_id,
        month_start_date,
        min(case when orders_count > 0 then month_start_date end) over (
            partition by domain, customer_id
        ) as cohort_month_start_date,
        orders_count,
        revenue,
        returned_amount
    from customer_months
)

select * from final
