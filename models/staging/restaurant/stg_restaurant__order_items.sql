-- Grain: one row per order line or return.
-- Trap: item_price is the amount of the whole line (unless restaurant_item_price_is_per_unit is
-- set), without its options: int_restaurant__line_amounts has the line's amounts. A return has its
-- quantity and item_price below 0.
with

source as (
    select * from {{ raw('restaurant', 'order_items') }}
),

final as (
    select
        order_id,
        feed_order_id,
        lineitem_id as order_line_id,
        restaurant_id,
        user_id,
        creation_time_utc as ordered_at_utc,
        return_date,
        app_name,
        printed_card_number,
        currency,
        item_category,
        item_name,
        case when is_return then -abs(item_price) else item_price end as item_price,
        case when is_return then -abs(item_quantity) else item_quantity end as quantity,
        tax_amount,
        cost_amount,
        is_loyalty as is_loyalty_order_line,
        is_return,
        left_out_reason,
        raw_row,
        source_file,
        delivery
    from source
)

select * from final
