-- Grain: one row, the domain: what its contract can record, and the days its orders span.
with

orders as (
    select * from {{ ref('int_sales__orders') }}
),

final as (
    select
        'sales' as domain,
        {{ sql_text(var('default_currency')) }} as currency,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        {{ as_of_date('sales', 'max(order_date)') }} as as_of_date,
        false as has_time_of_day,
        false as has_discounts,
        false as has_loyalty,
        false as has_locations,
        false as has_returns
    from orders
)

select * from final
