-- Grain: one row per return of goods; one order line may have several returns.
-- Trap: more may be returned than was sold: the rows stay, and a test warns.
with

source as (
    select * from {{ raw('adventure_works', 'sales_order_return') }}
),

lines as (
    select
        sales_order_id,
        sales_order_detail_id
    from {{ raw('adventure_works', 'sales_order_detail') }}
    group by
        sales_order_id,
        sales_order_detail_id
),

usable_lines as (
    select
        sales_order_id,
        sales_order_detail_id
    from {{ touched_rows('stg_adventure_works__sales_order_details') }}
),

final as (
    select
        source.return_id,
        source.sales_order_id,
        source.sales_order_detail_id,
        source.returned_on,
        source.reason as return_reason,
        source.returned_qty as returned_quantity,
        coalesce(
            source.left_out_reason,
            case
                when lines.sales_order_id is null
                    then 'rejected: sales_order_id, sales_order_detail_id has no line'
                when usable_lines.sales_order_id is null
                    then 'parent rejected: its line cannot be used'
            end
        ) as left_out_reason,
        source.raw_row,
        source.source_file
    from source
    left join lines
        on
            source.sales_order_id = lines.sales_order_id
            and source.sales_order_detail_id = lines.sales_order_detail_id
    left join usable_lines
        on
            source.sales_order_id = usable_lines.sales_order_id
            and source.sales_order_detail_id = usable_lines.sales_order_detail_id
)

select * from final
