-- Grain: one row, the domain: what its contract can record, and the days its orders span.
-- Trap: a flag that is null everywhere is unknown: has_loyalty needs one order with is_loyalty.
with

orders as (
    select * from {{ ref('int_restaurant__orders') }}
),

final as (
    select
        'restaurant' as domain,
        coalesce(max(currency), {{ sql_text(var('default_currency')) }}) as currency,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        {{ as_of_date('restaurant', 'max(order_date)') }} as as_of_date,
        true as has_time_of_day,
        true as has_discounts,
        count(is_loyalty_order) > 0 as has_loyalty,
        true as has_locations,
        false as has_returns
    from orders
)

select * from final
