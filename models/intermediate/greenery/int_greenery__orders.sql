-- Grain: one row per order, its amounts the sum of its lines.
{{ config(materialized='by_order') }}

with

orders as (
    select * from {{ touched_rows('stg_greenery__orders') }}
),

order_lines as (
    select * from {{ touched_rows('int_greenery__order_lines') }}
),

order_amounts as (
    select
        order_id,
        max(location_id) as location_id,
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
        'greenery' as domain,
        orders.order_id,
        orders.user_id as customer_id,
        order_amounts.location_id,
        orders.created_at as ordered_at,
        orders.created_at as ordered_at_utc,
        cast(orders.created_at as date) as order_date,
        'web' as channel,
        {{ sql_text(var('default_currency')) }} as currency,
        orders.status,
        cast(order_amounts.units as bigint) as units,
        order_amounts.line_count,
        order_amounts.gross_amount,
        order_amounts.discount_amount,
        order_amounts.net_amount,
        orders.shipping_cost as shipping_amount,
        {{ amount('null') }} as tax_amount,
        {{ amount('order_amounts.net_amount + coalesce(orders.shipping_cost, 0)') }}
            as total_amount,
        order_amounts.discount_amount > 0 as is_discounted,
        cast(null as boolean) as is_loyalty_order,
        true as counts_as_sale
    from orders
    inner join order_amounts
        on orders.order_id = order_amounts.order_id
)

select * from final
