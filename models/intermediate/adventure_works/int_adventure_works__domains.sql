-- Grain: one row, the domain.
-- Trap: has_returns is true if the feed has any return; without one, rates are null, not 0.
with

orders as (
    select * from {{ ref('int_adventure_works__orders') }}
),

returns as (
    select * from {{ ref('stg_adventure_works__sales_order_returns') }}
),

order_dates as (
    select
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        {{ as_of_date('adventure_works', 'max(order_date)') }} as as_of_date
    from orders
    where counts_as_sale
),

return_totals as (
    select count(*) as return_rows_count
    from returns
),

final as (
    select
        'adventure_works' as domain,
        {{ sql_text(var('default_currency')) }} as currency,
        order_dates.first_order_date,
        order_dates.last_order_date,
        order_dates.as_of_date,
        false as has_time_of_day,
        true as has_discounts,
        false as has_loyalty,
        true as has_locations,
        return_totals.return_rows_count > 0 as has_returns
    from order_dates
    cross join return_totals
)

select * from final
