-- Grain: one row per order and plant.
-- Trap: a line has no price of its own. The order's cost and discount are allocated to the lines by
-- quantity times list price, the rest of the rounding on the largest line.
with

orders as (
    select * from {{ ref('stg_greenery__orders') }}
),

order_items as (
    select * from {{ ref('stg_greenery__order_items') }}
),

products as (
    select * from {{ ref('stg_greenery__products') }}
),

addresses as (
    select * from {{ ref('stg_greenery__addresses') }}
),

lines_with_weight as (
    select
        order_items.order_id,
        order_items.product_id,
        order_items.quantity,
        products.price * order_items.quantity as list_amount,
        count(products.price) over (partition by order_items.order_id)
        = count(*) over (partition by order_items.order_id) as is_every_price_known
    from order_items
    left join products
        on order_items.product_id = products.product_id
),

lines_with_shares as (
    select
        orders.order_id,
        lines_with_weight.product_id,
        lines_with_weight.quantity,
        -- One unknown price makes the order's prices no measure: quantity is the weight then.
        case when is_every_price_known then list_amount end as list_amount,
        orders.order_cost,
        orders.order_cost + coalesce(orders.shipping_cost, 0) - orders.order_total
            as order_discount_amount,
        {{ rounded_share(
            'orders.order_cost',
            'case when is_every_price_known then list_amount end',
            'lines_with_weight.quantity', 'orders.order_id'
        ) }} as cost_share,
        {{ rounded_share(
            'orders.order_cost + coalesce(orders.shipping_cost, 0) - orders.order_total',
            'case when is_every_price_known then list_amount end',
            'lines_with_weight.quantity', 'orders.order_id'
        ) }} as discount_share
    from lines_with_weight
    inner join orders
        on lines_with_weight.order_id = orders.order_id
),

lines_with_amounts as (
    select
        order_id,
        product_id,
        quantity,
        {{ share_with_rest('cost_share', 'order_cost', 'list_amount', 'order_id', 'product_id') }}
            as gross_amount,
        {{ share_with_rest(
            'discount_share', 'order_discount_amount', 'list_amount', 'order_id', 'product_id'
        ) }} as discount_amount
    from lines_with_shares
),

final as (
    select
        'greenery' as {{ adapter.quote('domain') }},
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
