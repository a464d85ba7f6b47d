-- Grain: one row per order, also rejected and cancelled ones: counts_as_sale is decided only here.
-- Trap: amounts are the sums of the lines; the header's sub_total is the same, rounded to 4 digits.
{{ config(materialized='by_order') }}

with

orders as (
    select * from {{ touched_rows('stg_adventure_works__sales_orders') }}
),

order_details as (
    select * from {{ touched_rows('stg_adventure_works__sales_order_details') }}
),

lines_by_order as (
    select
        sales_order_id,
        cast(sum(quantity) as bigint) as units,
        count(*) as line_count,
        {{ amount('sum(quantity * unit_price)') }} as gross_amount,
        {{ amount('sum(line_total)') }} as net_amount
    from order_details
    group by sales_order_id
),

final as (
    select
        'adventure_works' as domain,
        orders.sales_order_id as order_id,
        orders.customer_id,
        coalesce(orders.territory_id, '(none)') as location_id,
        cast(orders.order_date as timestamp) as ordered_at,
        cast(orders.order_date as timestamp) as ordered_at_utc,
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
        {{ amount('lines_by_order.gross_amount - lines_by_order.net_amount') }} as discount_amount,
        lines_by_order.net_amount,
        {{ amount('orders.freight_amount') }} as shipping_amount,
        {{ amount('orders.tax_amount') }} as tax_amount,
        {{ amount(
            'lines_by_order.net_amount'
            ' + coalesce(orders.freight_amount, 0) + coalesce(orders.tax_amount, 0)'
        ) }} as total_amount,
        lines_by_order.gross_amount > lines_by_order.net_amount as is_discounted,
        cast(null as boolean) as is_loyalty_order,
        orders.status is null or orders.status not in (4, 6) as counts_as_sale
    from orders
    inner join lines_by_order
        on orders.sales_order_id = lines_by_order.sales_order_id
)

select * from final
