-- Grain: one row, the domain: what its contract can record, and the days its orders span.
-- Trap: has_time_of_day depends on the rows: true if any sale has a time other than 00:00. Without
-- any return has_returns is false, and return rates are null, not 0.
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

return_totals as (
    select
        count(*) as returns_count,
        max(case when counts_as_sale then return_date end) as last_return_date
    from {{ ref('int_sales__returns') }}
),

order_totals as (
    select
        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from orders
),

final as (
    select
        'sales' as domain,
        {{ sql_text(var('default_currency')) }} as currency,
        order_totals.first_order_date,
        order_totals.last_order_date,
        {{ as_of_date(
            'sales', 'order_totals.last_order_date', 'return_totals.last_return_date'
        ) }} as as_of_date,
        lines_with_time.lines_count > 0 as has_time_of_day,
        false as has_discounts,
        false as has_loyalty,
        false as is_loyalty_in_contract,
        false as has_locations,
        return_totals.returns_count > 0 as has_returns
    from order_totals
    cross join return_totals
    cross join lines_with_time
)

select * from final
