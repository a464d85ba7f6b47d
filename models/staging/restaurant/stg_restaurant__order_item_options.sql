-- Grain: one row per option of an order line; options have no key, and equal rows all count.
-- Trap: option_price is the price of one of option_quantity options; if negative, a discount.
with

source as (
    select * from {{ raw('restaurant', 'order_item_options') }}
),

order_lines as (
    select
        order_id,
        order_line_id
    from {{ touched_rows('stg_restaurant__order_items') }}
),

-- The reason is looked up only for missing lines, not for all lines.
-- Reads raw data again: DuckDB keeps a CTE that is used twice in memory, and `source` is large.
missing_order_lines as (
    select
        raw_options.order_id,
        raw_options.lineitem_id
    from {{ raw_values('restaurant', 'order_item_options') }} as raw_options
    left join order_lines
        on
            raw_options.order_id = order_lines.order_id
            and raw_options.lineitem_id = order_lines.order_line_id
    where order_lines.order_id is null
    group by raw_options.order_id, raw_options.lineitem_id
),

order_lines_left_out as (
    select
        missing_order_lines.order_id,
        missing_order_lines.lineitem_id,
        max(
            case when {{ is_test_traffic('raw_order_lines.app_name') }} then 1 else 0 end
        ) = 1 as is_test_traffic,
        count(raw_order_lines.order_id) = 0 as is_unknown
    from missing_order_lines
    left join {{ raw_values('restaurant', 'order_items') }} as raw_order_lines
        on
            missing_order_lines.order_id = raw_order_lines.order_id
            and missing_order_lines.lineitem_id = raw_order_lines.lineitem_id
    group by missing_order_lines.order_id, missing_order_lines.lineitem_id
),

final as (
    select
        source.order_id,
        source.lineitem_id as order_line_id,
        source.option_group_name,
        source.option_name,
        source.option_price,
        source.option_quantity,
        case
            when order_lines_left_out.is_test_traffic then 'test traffic: its order line is a test'
            when source.left_out_reason is not null then source.left_out_reason
            when order_lines_left_out.is_unknown
                then 'rejected: order_id and lineitem_id have no order line'
            when order_lines_left_out.order_id is not null
                then 'parent rejected: its order line cannot be used'
        end as left_out_reason,
        source.raw_row,
        source.source_file
    from source
    left join order_lines_left_out
        on
            source.order_id = order_lines_left_out.order_id
            and source.lineitem_id = order_lines_left_out.lineitem_id
)

select * from final
