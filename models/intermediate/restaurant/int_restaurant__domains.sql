-- Grain: one row, the domain: what its contract can record, and the days its orders span.
-- Trap: a flag that is null everywhere is unknown: has_loyalty needs one order with is_loyalty.
-- Without any return has_returns is false, and return rates are null, not 0.
with

orders as (
    select * from {{ ref('int_restaurant__orders') }}
),

return_totals as (
    select
        count(*) as returns_count,
        max(case when counts_as_sale then return_date end) as last_return_date
    from {{ ref('int_restaurant__returns') }}
),

order_totals as (
    select
        coalesce(max(currency), {{ sql_text(var('default_currency')) }}) as currency,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        count(is_loyalty_order) as loyalty_flags_count
    from orders
),

final as (
    select
        'restaurant' as domain,
        order_totals.currency,
        order_totals.first_order_date,
        order_totals.last_order_date,
        {{ as_of_date(
            'restaurant', 'order_totals.last_order_date', 'return_totals.last_return_date'
        ) }} as as_of_date,
        true as has_time_of_day,
        true as has_discounts,
        order_totals.loyalty_flags_count > 0 as has_loyalty,
        true as is_loyalty_in_contract,
        true as has_locations,
        return_totals.returns_count > 0 as has_returns
    from order_totals
    cross join return_totals
)

select * from final
