-- Grain: one row, the domain: what its contract can record, and the days its sales span.
-- Trap: an order that does not count as a sale is neither the first nor the last.
with

orders as (
    select * from {{ ref('int_greenery__orders') }}
    where counts_as_sale
),

final as (
    select
        'greenery' as domain,
        {{ sql_text(var('default_currency')) }} as currency,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        {{ as_of_date('greenery', 'max(order_date)') }} as as_of_date,
        true as has_time_of_day,
        true as has_discounts,
        false as has_loyalty,
        true as has_locations,
        false as has_returns
    from orders
)

select * from final
