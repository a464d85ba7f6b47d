-- Orders, lines, discounts and staging have the same amounts of sales. One row per difference.
{{ config(group='restaurant') }}
with

orders as (
    select
        sum(net_amount) as net_amount,
        sum(discount_amount) as discount_amount,
        sum(line_count) as line_count
    from {{ touched_rows('int_restaurant__orders') }}
),

order_lines as (
    select
        sum(net_amount) as net_amount,
        sum(discount_amount) as discount_amount,
        count(*) as line_count
    from {{ touched_rows('int_restaurant__order_lines') }}
),

order_discounts as (
    select sum(discount_amount) as discount_amount
    from {{ touched_rows('int_restaurant__order_discounts') }}
),

staged_order_items as (
    select
        sum(
            item_price
            {{ '* quantity' if var('restaurant_item_price_is_per_unit') }}
        ) as item_amount,
        count(*) as line_count
    from {{ touched_rows('stg_restaurant__order_items') }}
    where not is_return
),

staged_options as (
    select sum(option_price * option_quantity) as option_amount
    from {{ touched_rows('stg_restaurant__order_item_options') }}
    where not is_return
)

select
    staged_order_items.item_amount,
    staged_options.option_amount,
    orders.net_amount as orders_net_amount,
    order_lines.net_amount as order_lines_net_amount,
    orders.discount_amount as orders_discount_amount,
    order_lines.discount_amount as order_lines_discount_amount,
    order_discounts.discount_amount as order_discounts_discount_amount,
    staged_order_items.line_count as staged_line_count,
    orders.line_count as orders_line_count,
    order_lines.line_count as order_lines_line_count
from orders
cross join order_lines
cross join order_discounts
cross join staged_order_items
cross join staged_options
where
    orders.net_amount <> staged_order_items.item_amount + coalesce(staged_options.option_amount, 0)
    or order_lines.net_amount <> orders.net_amount
    or order_lines.discount_amount <> orders.discount_amount
    or coalesce(order_discounts.discount_amount, 0) <> orders.discount_amount
    or order_lines.line_count <> staged_order_items.line_count
    or orders.line_count <> staged_order_items.line_count
