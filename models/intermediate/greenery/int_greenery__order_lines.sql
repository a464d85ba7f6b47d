-- Grain: one row per order and plant.
-- Trap: a line has no price of its own. The order's cost and discount are allocated to the lines by
-- quantity times list price, the rest of the rounding on the largest line.
{{ config(materialized='by_order', kept_as='view') }}

with

orders as (
    select * from {{ touched_rows('stg_greenery__orders') }}
),

order_items as (
    select * from {{ touched_rows('stg_greenery__order_items') }}
),

products as (
    select * from {{ ref('stg_greenery__products') }}
),

addresses as (
    select * from {{ ref('stg_greenery__addresses') }}
),

-- If any product price is unknown, the whole order is allocated by quantity.
lines_with_weight as (
    select
        order_items.order_id,
        order_items.product_id,
        order_items.quantity,
        case
            when
                count(products.price) over (partition by order_items.order_id)
                = count(*) over (partition by order_items.order_id)
                then products.price * order_items.quantity
        end as list_amount
    from order_items
    left join products
        on order_items.product_id = products.product_id
),

lines_with_order_amounts as (
    select
        lines_with_weight.order_id,
        lines_with_weight.product_id,
        lines_with_weight.quantity,
        lines_with_weight.list_amount,
        orders.order_cost,
        orders.order_cost + coalesce(orders.shipping_cost, 0) - orders.order_total
            as order_discount
    from lines_with_weight
    inner join orders
        on lines_with_weight.order_id = orders.order_id
),

lines_with_shares as (
    select
        order_id,
        product_id,
        quantity,
        list_amount,
        order_cost,
        order_discount,
        {{ rounded_share('order_cost', 'list_amount', 'quantity', 'order_id') }} as cost_share,
        {{ rounded_share('order_discount', 'list_amount', 'quantity', 'order_id') }}
            as discount_share
    from lines_with_order_amounts
),

lines_with_amounts as (
    select
        order_id,
        product_id,
        quantity,
        {{ share_with_rest('cost_share', 'order_cost', 'list_amount', 'order_id', 'product_id') }}
            as gross_amount,
        {{ share_with_rest(
            'discount_share', 'order_discount', 'list_amount', 'order_id', 'product_id'
        ) }} as discount_amount
    from lines_with_shares
),

final as (
    select
        'greenery' as domain,
        orders.order_id,
        lines_with_amounts.product_id as order_line_id,
        orders.user_id as customer_id,
        {{ greenery_location_id('orders.address_id', 'addresses.state') }} as location_id,
        lines_with_amounts.product_id,
        orders.created_at as ordered_at_utc,
        cast(orders.created_at as date) as order_date,
        'Uncategorised' as category,
        lines_with_amounts.quantity,
        {{ amount(ratio('lines_with_amounts.gross_amount', 'lines_with_amounts.quantity')) }}
            as unit_price,
        lines_with_amounts.gross_amount,
        lines_with_amounts.discount_amount,
        {{ amount('lines_with_amounts.gross_amount - lines_with_amounts.discount_amount') }}
            as net_amount,
        cast(null as bigint) as returned_quantity,
        {{ amount('null') }} as cost_amount,
        true as counts_as_sale
    from lines_with_amounts
    inner join orders
        on lines_with_amounts.order_id = orders.order_id
    left join addresses
        on orders.address_id = addresses.address_id
)

select * from final
