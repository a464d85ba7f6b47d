-- Grain: one row per order, its amounts the sum of its lines.
{{ config(materialized='by_order') }}

with

order_lines as (
    select * from {{ touched_rows('int_sales__order_lines') }}
),

-- Staging ensures that all lines of an order have one customer and one day.
orders as (
    select
        order_id,
        max(customer_id) as customer_id,
        max(location_id) as location_id,
        max(ordered_at_utc) as ordered_at_utc,
        max(order_date) as order_date,
        sum(quantity) as units,
        count(*) as line_count,
        {{ amount('sum(gross_amount)') }} as gross_amount,
        {{ amount('sum(discount_amount)') }} as discount_amount,
        {{ amount('sum(net_amount)') }} as net_amount
    from order_lines
    group by order_id
),

final as (
    select
        'sales' as domain,
        order_id,
        customer_id,
        location_id,
        ordered_at_utc as ordered_at,
        ordered_at_utc,
        order_date,
        'unknown' as channel,
        {{ sql_text(var('default_currency')) }} as currency,
        cast(null as {{ dbt.type_string() }}) as status,
        cast(units as bigint) as units,
        line_count,
        gross_amount,
        discount_amount,
        net_amount,
        {{ amount('null') }} as shipping_amount,
        {{ amount('null') }} as tax_amount,
        net_amount as total_amount,
        cast(null as boolean) as is_discounted,
        cast(null as boolean) as is_loyalty_order,
        true as counts_as_sale
    from orders
)

select * from final
