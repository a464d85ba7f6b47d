-- Grain: one row per order line, its options included.
-- Trap: item_price is the whole line's, unless restaurant_item_price_is_per_unit is set; a
-- negative option is a discount, and may be larger than the line.
{{ config(materialized='by_order', kept_as='view') }}

with

line_amounts as (
    select * from {{ touched_rows('int_restaurant__line_amounts') }}
),

orders as (
    select * from {{ touched_rows('int_restaurant__orders') }}
),

final as (
    select
        'restaurant' as domain,
        line_amounts.order_id,
        line_amounts.order_line_id,
        orders.customer_id,
        orders.location_id,
        coalesce(line_amounts.item_name, '(none)') as product_id,
        orders.ordered_at_utc,
        orders.order_date,
        {{ category_or_uncategorised('line_amounts.item_category') }} as category,
        line_amounts.quantity,
        {{ line_amount(ratio('line_amounts.gross_amount', 'line_amounts.quantity')) }}
            as unit_price,
        line_amounts.gross_amount,
        line_amounts.discount_amount,
        {{ line_amount('line_amounts.gross_amount - line_amounts.discount_amount') }} as net_amount,
        line_amounts.cost_amount,
        true as counts_as_sale
    from line_amounts
    inner join orders
        on line_amounts.order_id = orders.order_id
)

select * from final
