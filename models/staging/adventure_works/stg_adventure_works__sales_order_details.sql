-- Grain: one row per order line.
-- Trap: line_total is after the discount; unit_price_discount_rate is a share, not an amount.
with

source as (
    select * from {{ raw('adventure_works', 'sales_order_detail') }}
),

-- Reads raw orders, because staged orders depend on the lines that are checked here.
headers as (
    select
        sales_order_id,
        max(case when left_out_reason is null then 1 else 0 end) as usable_rows_count
    from {{ raw('adventure_works', 'sales_order_header') }}
    where sales_order_id is not null
    group by sales_order_id
),

final as (
    select
        source.sales_order_id,
        source.sales_order_detail_id,
        source.product_id,
        source.special_offer_id,
        source.order_qty as quantity,
        source.unit_price,
        source.unit_price_discount as unit_price_discount_rate,
        source.line_total,
        coalesce(
            source.left_out_reason,
            case
                when headers.sales_order_id is null then 'rejected: sales_order_id has no header'
                when headers.usable_rows_count = 0
                    then 'parent rejected: its header cannot be used'
            end
        ) as left_out_reason,
        source.raw_row,
        source.source_file,
        source.delivery
    from source
    left join headers
        on source.sales_order_id = headers.sales_order_id
)

select * from final
