-- Grain: one row per product, including parts that are never sold.
-- Trap: standard_cost and list_price are today's; the price that was paid is on the order line. A
-- date that cannot be right is null; ignored_date names it.
with

source as (
    select * from {{ raw('adventure_works', 'product') }}
),

final as (
    select
        product_id,
        product_subcategory_id,
        {{ plausible_date('sell_start_date') }} as sell_start_date,
        {{ plausible_date('sell_end_date') }} as sell_end_date,
        name as product_name,
        product_number,
        color,
        product_line,
        class as product_class,
        style as product_style,
        standard_cost,
        list_price,
        coalesce(
            {{ ignored_date_reason('sell_start_date') }}, {{ ignored_date_reason('sell_end_date') }}
        ) as ignored_date,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
