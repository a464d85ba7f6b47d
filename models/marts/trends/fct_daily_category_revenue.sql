-- Grain: one row per domain, location, category, daypart and business day with a sale
-- or a return.
-- Trap: an order of two categories counts in both; orders add up in location_trends_daily.
{{ config(materialized='kept', replaces="is_touched('day', 'business_date')") }}

with

orders as (
    select * from {{ ref('fct_order_business_days') }}
    where
        {{ is_touched('day', 'order_date', and_next_day=true) }}
        and {{ is_touched('day', 'business_date') }}
),

order_lines as (
    select * from {{ ref('fct_order_lines_as_of') }}
    where {{ is_touched('day', 'order_date', and_next_day=true) }}
),

returns as (
    select * from {{ ref('fct_return_business_days') }}
    where {{ is_touched('day', 'business_date') }}
),

order_categories as (
    select
        domain,
        order_id,
        category,
        sum(net_amount) as revenue,
        sum(quantity) as units
    from order_lines
    group by
        domain,
        order_id,
        category
),

sales_and_returns as (
    select
        orders.domain,
        orders.location_id,
        order_categories.category,
        orders.daypart,
        orders.business_date,
        order_categories.revenue,
        order_categories.units,
        1 as orders_with_category,
        0 as returned_amount
    from orders
    -- One row per order and category: an order with two categories becomes two rows.
    inner join order_categories
        on
            orders.domain = order_categories.domain
            and orders.order_id = order_categories.order_id

    union all

    select
        domain,
        location_id,
        category,
        daypart,
        business_date,
        0 as revenue,
        0 as units,
        0 as orders_with_category,
        returned_amount
    from returns
),

final as (
    select
        domain,
        location_id,
        category,
        daypart,
        business_date,
        {{ amount('sum(revenue)') }} as revenue,
        cast(sum(units) as bigint) as units,
        cast(sum(orders_with_category) as bigint) as orders_with_category,
        {{ amount('sum(returned_amount)') }} as returned_amount
    from sales_and_returns
    group by
        domain,
        location_id,
        category,
        daypart,
        business_date
)

select * from final
