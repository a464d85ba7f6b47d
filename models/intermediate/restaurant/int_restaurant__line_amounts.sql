-- Grain: one row per order line, as staged, with its amounts.
-- Trap: has only the order's id. Orders sum these lines; order_lines adds the order's columns.
{{ config(materialized='by_order', kept_as='view') }}

with

order_items as (
    select * from {{ touched_rows('stg_restaurant__order_items') }}
    where not is_return
),

options as (
    select * from {{ touched_rows('stg_restaurant__order_item_options') }}
    where not is_return
),

-- A line has many options, or none.
option_amounts as (
    select
        order_id,
        order_line_id,
        sum(case when option_price > 0 then option_price * option_quantity else 0 end)
            as extra_amount,
        sum(case when option_price < 0 then -option_price * option_quantity else 0 end)
            as discount_amount
    from options
    where option_price <> 0
    group by order_id, order_line_id
),

final as (
    select
        order_items.order_id,
        order_items.order_line_id,
        order_items.restaurant_id,
        order_items.user_id,
        order_items.ordered_at_utc,
        order_items.app_name,
        order_items.currency,
        order_items.is_loyalty_order_line,
        order_items.item_name,
        order_items.item_category,
        order_items.quantity,
        {{ line_amount(
            'order_items.item_price' ~ (
                ' * order_items.quantity' if var('restaurant_item_price_is_per_unit') else ''
            ) ~ ' + coalesce(option_amounts.extra_amount, 0)'
        ) }} as gross_amount,
        {{ line_amount('coalesce(option_amounts.discount_amount, 0)') }} as discount_amount,
        order_items.tax_amount,
        order_items.cost_amount
    from order_items
    left join option_amounts
        on
            order_items.order_id = option_amounts.order_id
            and order_items.order_line_id = option_amounts.order_line_id
)

select * from final
