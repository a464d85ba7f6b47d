-- Grain: one row, the domain: what its contract can record, and the days its orders span.
-- Trap: has_time_of_day depends on the rows: true if any sale has a time other than 00:00.
with

orders as (
    select * from {{ ref('int_sales__orders') }}
),

-- Lines, because an order has the time of its earliest line only.
lines_with_time as (
    select count(*) as lines_count
    from {{ ref('stg_sales') }}
    where not is_return and ordered_at <> cast(order_date as timestamp)
),

final as (
    select
        'sales' as domain,
        {{ sql_text(var('default_currency')) }} as currency,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        {{ as_of_date('sales', 'max(order_date)') }} as as_of_date,
        (select lines_with_time.lines_count from lines_with_time) > 0 as has_time_of_day,
        false as has_discounts,
        false as has_loyalty,
        false as has_locations,
        false as has_returns
    from orders
)

select * from final
