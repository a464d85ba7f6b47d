-- Grain: one row per order. Amounts are the header's; order_lines allocates them to the lines.
-- Trap: order_total includes shipping, tax and the promo; what is missing from it is the discount,
-- unless it is rounding. What is too much in it is unexplained_amount, and no revenue.
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

orders_with_difference as (
    select
        orders.*,
        items_by_order.units,
        items_by_order.line_count,
        orders.order_cost + coalesce(orders.shipping_cost, 0) + coalesce(orders.tax_amount, 0)
        - orders.order_total as difference
    from orders
    inner join items_by_order
        on orders.order_id = items_by_order.order_id
),

-- Without a promo, a small difference is rounding: the goods cost what was paid for them.
orders_with_discount as (
    select
        *,
        promo_id is null and {{ is_rounding('difference', 'units') }} as is_rounded,
        case
            when promo_id is null and {{ is_rounding('difference', 'units') }} then 0
            else greatest(difference, 0)
        end as discount_amount
    from orders_with_difference
),

orders_with_amounts as (
    select
        *,
        case when is_rounded then order_cost - difference else order_cost end as gross_amount,
        case when is_rounded then 0 else greatest(-difference, 0) end as unexplained_amount
    from orders_with_discount
),

final as (
    select
        'greenery' as domain,
        orders_with_amounts.order_id,
        orders_with_amounts.user_id as customer_id,
        {{ greenery_location_id('orders_with_amounts.address_id', 'addresses.state') }}
            as location_id,
        orders_with_amounts.created_at as ordered_at,
        orders_with_amounts.created_at_utc as ordered_at_utc,
        cast(orders_with_amounts.created_at as date) as order_date,
        'web' as channel,
        {{ sql_text(var('default_currency')) }} as currency,
        orders_with_amounts.status,
        orders_with_amounts.units,
        orders_with_amounts.line_count,
        {{ amount('orders_with_amounts.gross_amount') }} as gross_amount,
        {{ amount('orders_with_amounts.discount_amount') }} as discount_amount,
        {{ amount('orders_with_amounts.gross_amount - orders_with_amounts.discount_amount') }}
            as net_amount,
        {{ amount('orders_with_amounts.shipping_cost') }} as shipping_amount,
        {{ amount('orders_with_amounts.tax_amount') }} as tax_amount,
        {{ amount(
            'orders_with_amounts.gross_amount - orders_with_amounts.discount_amount'
            ' + coalesce(orders_with_amounts.shipping_cost, 0)'
            ' + coalesce(orders_with_amounts.tax_amount, 0)'
        ) }} as total_amount,
        {{ amount('orders_with_amounts.unexplained_amount') }} as unexplained_amount,
        orders_with_amounts.discount_amount > 0 as is_discounted,
        cast(null as boolean) as is_loyalty_order,
        {{ counts_as_sale('greenery', 'orders_with_amounts.status') }} as counts_as_sale
    from orders_with_amounts
    left join addresses
        on orders_with_amounts.address_id = addresses.address_id
)

select * from final
