-- Grain: one row per order and plant.
-- Trap: a line has no price of its own. The order's gross amount and discount are allocated to the
-- lines by quantity times list price; the largest line gets the remainder of the rounding.
{{ config(materialized='by_order', kept_as='view') }}

with

orders as (
    select * from {{ touched_rows('int_greenery__orders') }}
),

order_items as (
    select * from {{ touched_rows('stg_greenery__order_items') }}
),

products as (
    select * from {{ ref('stg_greenery__products') }}
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
        orders.gross_amount as order_gross_amount,
        orders.discount_amount as order_discount_amount
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
        order_gross_amount,
        order_discount_amount,
        {{ rounded_share('order_gross_amount', 'list_amount', 'quantity', 'order_id') }}
            as gross_share,
        {{ rounded_share('order_discount_amount', 'list_amount', 'quantity', 'order_id') }}
            as discount_share
    from lines_with_order_amounts
),

lines_with_amounts as (
    select
        order_id,
        product_id,
        quantity,
        {{ share_with_rest(
            'gross_share', 'order_gross_amount', 'list_amount', 'order_id', 'product_id'
        ) }} as gross_amount,
        {{ share_with_rest(
            'discount_share', 'order_discount_amount', 'list_amount', 'order_id', 'product_id'
        ) }} as discount_amount
    from lines_with_shares
),

final as (
    select
        'greenery' as domain,
        orders.order_id,
        lines_with_amounts.product_id as order_line_id,
        orders.customer_id,
        orders.location_id,
        lines_with_amounts.product_id,
        orders.ordered_at_utc,
        orders.order_date,
        'Uncategorised' as category,
        lines_with_amounts.quantity,
        {{ line_amount(ratio('lines_with_amounts.gross_amount', 'lines_with_amounts.quantity')) }}
            as unit_price,
        lines_with_amounts.gross_amount,
        lines_with_amounts.discount_amount,
        {{ line_amount('lines_with_amounts.gross_amount - lines_with_amounts.discount_amount') }}
            as net_amount,
        {{ line_amount('null') }} as cost_amount,
        orders.counts_as_sale
    from lines_with_amounts
    inner join orders
        on lines_with_amounts.order_id = orders.order_id
)

select * from final
