-- Grain: one row per order. Amounts are the header's; order_lines allocates them to the lines.
-- Trap: order_total includes shipping and the promo; the difference gives the discount.
{{ config(materialized='by_order') }}

with

orders as (
    select * from {{ touched_rows('stg_greenery__orders') }}
),

order_items as (
    select * from {{ touched_rows('stg_greenery__order_items') }}
),

addresses as (
    select * from {{ ref('stg_greenery__addresses') }}
),

items_by_order as (
    select
        order_id,
        cast(sum(quantity) as bigint) as units,
        count(*) as line_count
    from order_items
    group by order_id
),

orders_with_discount as (
    select
        order_id,
        user_id,
        address_id,
        created_at,
        status,
        shipping_cost,
        order_cost as gross_amount,
        order_cost + coalesce(shipping_cost, 0) - order_total as discount_amount
    from orders
),

final as (
    select
        'greenery' as domain,
        orders_with_discount.order_id,
        orders_with_discount.user_id as customer_id,
        {{ greenery_location_id('orders_with_discount.address_id', 'addresses.state') }}
            as location_id,
        orders_with_discount.created_at as ordered_at,
        orders_with_discount.created_at as ordered_at_utc,
        cast(orders_with_discount.created_at as date) as order_date,
        'web' as channel,
        {{ sql_text(var('default_currency')) }} as currency,
        orders_with_discount.status,
        items_by_order.units,
        items_by_order.line_count,
        {{ amount('orders_with_discount.gross_amount') }} as gross_amount,
        {{ amount('orders_with_discount.discount_amount') }} as discount_amount,
        {{ amount('orders_with_discount.gross_amount - orders_with_discount.discount_amount') }}
            as net_amount,
        {{ amount('orders_with_discount.shipping_cost') }} as shipping_amount,
        {{ amount('null') }} as tax_amount,
        {{ amount(
            'orders_with_discount.gross_amount - orders_with_discount.discount_amount'
            ' + coalesce(orders_with_discount.shipping_cost, 0)'
        ) }} as total_amount,
        orders_with_discount.discount_amount > 0 as is_discounted,
        cast(null as boolean) as is_loyalty_order,
        true as counts_as_sale
    from orders_with_discount
    inner join items_by_order
        on orders_with_discount.order_id = items_by_order.order_id
    left join addresses
        on orders_with_discount.address_id = addresses.address_id
)

select * from final
