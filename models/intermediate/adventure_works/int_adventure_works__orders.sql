-- Grain: one row per order, also rejected and cancelled ones: counts_as_sale is decided only here.
-- Trap: amounts are the sums of the lines; the header's sub_total is the same, rounded to 4 digits.
-- An order has a day and no time; it is at midnight of the shop's clock.
{{ config(materialized='by_order') }}
{%- set time_zone = sql_text(domain_time_zone('adventure_works')) %}

with

orders as (
    select * from {{ touched_rows('stg_adventure_works__sales_orders') }}
),

line_amounts as (
    select * from {{ touched_rows('int_adventure_works__line_amounts') }}
),

lines_by_order as (
    select
        order_id,
        cast(sum(quantity) as bigint) as units,
        count(*) as line_count,
        {{ amount('sum(gross_amount)') }} as gross_amount,
        {{ amount('sum(discount_amount)') }} as discount_amount,
        {{ amount('sum(net_amount)') }} as net_amount
    from line_amounts
    group by order_id
),

final as (
    select
        'adventure_works' as domain,
        orders.sales_order_id as order_id,
        orders.customer_id,
        coalesce(orders.territory_id, '(none)') as location_id,
        cast(orders.order_date as timestamp) as ordered_at,
        {{ to_utc('cast(orders.order_date as timestamp)', time_zone) }} as ordered_at_utc,
        orders.order_date,
        case
            when orders.is_online_order then 'online'
            when not orders.is_online_order then 'store'
            else 'unknown'
        end as channel,
        {{ sql_text(var('default_currency')) }} as currency,
        case orders.status
            when 1 then 'in process'
            when 2 then 'approved'
            when 3 then 'backordered'
            when 4 then 'rejected'
            when 5 then 'shipped'
            when 6 then 'cancelled'
            else cast(orders.status as {{ dbt.type_string() }})
        end as status,
        lines_by_order.units,
        lines_by_order.line_count,
        lines_by_order.gross_amount,
        lines_by_order.discount_amount,
        lines_by_order.net_amount,
        {{ amount('orders.freight_amount') }} as shipping_amount,
        {{ amount('orders.tax_amount') }} as tax_amount,
        {{ amount(
            'lines_by_order.net_amount'
            ' + coalesce(orders.freight_amount, 0) + coalesce(orders.tax_amount, 0)'
        ) }} as total_amount,
        lines_by_order.discount_amount > 0 as is_discounted,
        cast(null as boolean) as is_loyalty_order,
        {{ counts_as_sale('adventure_works', 'orders.status') }} as counts_as_sale
    from orders
    inner join lines_by_order
        on orders.sales_order_id = lines_by_order.order_id
)

select * from final
