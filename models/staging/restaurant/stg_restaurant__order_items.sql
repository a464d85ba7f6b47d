-- Grain: one row per order line.
-- Trap: item_price is the amount of the whole line (unless restaurant_item_price_is_per_unit is
-- set), without its options: int_restaurant__order_lines has the line's amounts.
with

source as (
    select * from {{ raw('restaurant', 'order_items') }}
),

final as (
    select
        order_id,
        lineitem_id as order_line_id,
        restaurant_id,
        user_id,
        creation_time_utc as ordered_at_utc,
        app_name,
        printed_card_number,
        currency,
        item_category,
        item_name,
        item_price,
        item_quantity as quantity,
        is_loyalty as is_loyalty_order_line,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
