-- Grain: one row per domain, location, category, daypart and business day with a sale.
-- Trap: an order of two categories counts in both; orders add up in location_trends_daily.
with

orders as (
    select * from {{ ref('fct_order_business_days') }}
),

order_lines as (
    select * from {{ ref('fct_order_lines_as_of') }}
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

final as (
    select
        orders.domain,
        orders.location_id,
        order_categories.category,
        orders.daypart,
        orders.business_date,
        {{ amount('sum(order_categories.revenue)') }} as revenue,
        cast(sum(order_categories.units) as bigint) as units,
        count(*) as orders_with_category
    from orders
    -- One row per order and category: an order with two categories becomes two rows.
    inner join order_categories
        on
            orders.domain = order_categories.domain
            and orders.order_id = order_categories.order_id
    group by
        orders.domain,
        orders.location_id,
        order_categories.category,
        orders.daypart,
        orders.business_date
)

select * from final
