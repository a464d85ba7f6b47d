-- Grain: one row, the domain.
-- Trap: has_returns is true if the feed has any return; without one, rates are null, not 0.
with

orders as (
    select * from {{ ref('int_adventure_works__orders') }}
),

order_totals as (
    select
        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from orders
    where counts_as_sale
),

return_totals as (
    select
        count(*) as returns_count,
        max(case when counts_as_sale then return_date end) as last_return_date
    from {{ ref('int_adventure_works__returns') }}
),

final as (
    select
        'adventure_works' as domain,
        {{ sql_text(var('default_currency')) }} as currency,
        order_totals.first_order_date,
        order_totals.last_order_date,
        {{ as_of_date(
            'adventure_works', 'order_totals.last_order_date', 'return_totals.last_return_date'
        ) }} as as_of_date,
        false as has_time_of_day,
        true as has_discounts,
        false as has_loyalty,
        false as is_loyalty_in_contract,
        true as has_locations,
        return_totals.returns_count > 0 as has_returns
    from order_totals
    cross join return_totals
)

select * from final
