-- Grain: one row per option of an order line or return; options have no key, and equal rows all
-- count.
-- Trap: option_price is the price of one of option_quantity options; if negative, a discount. The
-- same line id may have a sale and a return: an option belongs to the one that came with it.
with

source as (
    select * from {{ raw('restaurant', 'order_item_options') }}
),

order_lines as (
    select
        order_id,
        order_line_id,
        is_return,
        return_date,
        delivery
    from {{ touched_rows('stg_restaurant__order_items') }}
),

return_lines as (
    select
        order_id,
        order_line_id,
        delivery,
        max(return_date) as return_date
    from order_lines
    where is_return
    group by
        order_id,
        order_line_id,
        delivery
),

-- Most options came with the sale that they belong to. Only the others are looked at more closely.
-- Reads raw data again: DuckDB keeps a CTE that is used twice in memory, and `source` is large.
options_to_place as (
    select
        raw_options.order_id,
        raw_options.lineitem_id,
        raw_options._delivery as delivery
    from {{ raw_values('restaurant', 'order_item_options') }} as raw_options
    left join order_lines
        on
            raw_options.order_id = order_lines.order_id
            and raw_options.lineitem_id = order_lines.order_line_id
            and raw_options._delivery = order_lines.delivery
            and not order_lines.is_return
    where order_lines.order_id is null
    group by
        raw_options.order_id,
        raw_options.lineitem_id,
        raw_options._delivery
),

order_lines_to_place as (
    select
        options_to_place.order_id,
        options_to_place.lineitem_id,
        max(
            case when {{ is_test_traffic('raw_order_lines.app_name') }} then 1 else 0 end
        ) = 1 as is_test_traffic,
        count(raw_order_lines.order_id) = 0 as is_unknown
    from options_to_place
    left join {{ raw_values('restaurant', 'order_items') }} as raw_order_lines
        on
            options_to_place.order_id = raw_order_lines.order_id
            and options_to_place.lineitem_id = raw_order_lines.lineitem_id
    group by
        options_to_place.order_id,
        options_to_place.lineitem_id
),

order_deliveries as (
    select
        order_lines.order_id,
        max(order_lines.delivery) as delivery
    from order_lines
    where
        not order_lines.is_return
        and order_lines.order_id in (select options_to_place.order_id from options_to_place)
    group by order_lines.order_id
),

last_return_lines as (
    select
        order_id,
        order_line_id,
        max(return_date) as return_date
    from return_lines
    group by
        order_id,
        order_line_id
),

options_with_lines as (
    select
        options_to_place.order_id,
        options_to_place.lineitem_id,
        options_to_place.delivery,
        order_lines_to_place.is_test_traffic,
        order_lines_to_place.is_unknown,
        order_deliveries.delivery as order_delivery,
        order_lines.order_id is not null as has_sale_line,
        return_lines.return_date is not null as came_with_a_return,
        case
            when return_lines.return_date is not null then return_lines.return_date
            when order_lines.order_id is null then last_return_lines.return_date
        end as return_date
    from options_to_place
    left join order_lines_to_place
        on
            options_to_place.order_id = order_lines_to_place.order_id
            and options_to_place.lineitem_id = order_lines_to_place.lineitem_id
    left join order_lines
        on
            options_to_place.order_id = order_lines.order_id
            and options_to_place.lineitem_id = order_lines.order_line_id
            and not order_lines.is_return
    left join return_lines
        on
            options_to_place.order_id = return_lines.order_id
            and options_to_place.lineitem_id = return_lines.order_line_id
            and options_to_place.delivery = return_lines.delivery
    left join last_return_lines
        on
            options_to_place.order_id = last_return_lines.order_id
            and options_to_place.lineitem_id = last_return_lines.order_line_id
    left join order_deliveries
        on options_to_place.order_id = order_deliveries.order_id
),

-- An order is delivered whole: if its last delivery has a file of options, all its options are in
-- that file. If not, the last file with options of the order has them.
placed_options as (
    select
        order_id,
        lineitem_id,
        delivery,
        is_test_traffic,
        is_unknown,
        has_sale_line,
        return_date,
        {{ 'true' if follows_whole_orders('restaurant', 'order_item_options') else 'false' }}
        and not came_with_a_return
        and coalesce(
            order_delivery <> delivery
            and (
                order_delivery in {{ delivery_names('restaurant', 'order_item_options') }}
                or delivery < max(case when not came_with_a_return then delivery end) over (
                    partition by order_id
                )
            ),
            false
        ) as is_superseded
    from options_with_lines
),

final as (
    select
        source.order_id,
        source.lineitem_id as order_line_id,
        placed_options.return_date,
        source.option_group_name,
        source.option_name,
        source.option_price,
        source.option_quantity,
        placed_options.return_date is not null as is_return,
        case
            when
                placed_options.is_test_traffic
                and not placed_options.has_sale_line
                and placed_options.return_date is null
                then 'test traffic: its order line is a test'
            when source.left_out_reason is not null then source.left_out_reason
            when placed_options.is_superseded
                then 'superseded: a later delivery holds its order'
            when placed_options.is_unknown
                then 'rejected: order_id and lineitem_id have no order line'
            when not placed_options.has_sale_line and placed_options.return_date is null
                then 'parent rejected: its order line cannot be used'
        end as left_out_reason,
        source.raw_row,
        source.source_file
    from source
    left join placed_options
        on
            source.order_id = placed_options.order_id
            and source.lineitem_id = placed_options.lineitem_id
            and source.delivery = placed_options.delivery
)

select * from final
