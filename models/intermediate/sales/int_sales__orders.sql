-- Grain: one row per order, computed from its lines: the feed has no table of orders.
-- Trap: sales records no discounts, so discount_amount is always 0.
{{ config(materialized='by_order') }}

with

sales as (
    select * from {{ touched_rows('stg_sales') }}
    where not is_return
),

-- Staging ensures that all lines of an order have one customer, and times less than a day apart.
orders as (
    select
        order_id,
        max(customer_id) as customer_id,
        min(ordered_at) as ordered_at,
        min(ordered_at_utc) as ordered_at_utc,
        min(order_date) as order_date,
        cast(sum(quantity) as bigint) as units,
        count(*) as line_count,
        {{ amount('sum(total_price)') }} as revenue
    from sales
    group by order_id
),

final as (
    select
        'sales' as domain,
        order_id,
        customer_id,
        '(none)' as location_id,
        ordered_at,
        ordered_at_utc,
        order_date,
        'unknown' as channel,
        {{ sql_text(var('default_currency')) }} as currency,
        cast(null as {{ dbt.type_string() }}) as status,
        units,
        line_count,
        revenue as gross_amount,
        {{ amount(0) }} as discount_amount,
        revenue as net_amount,
        {{ amount('null') }} as shipping_amount,
        {{ amount('null') }} as tax_amount,
        revenue as total_amount,
        cast(null as boolean) as is_discounted,
        cast(null as boolean) as is_loyalty_order,
        true as counts_as_sale
    from orders
)

select * from final
