-- Grain: one row per product of the sales domain.
with

source as (
    select * from {{ raw('sales', 'products') }}
),

final as (
    select
        product_id,
        product_name,
        category,
        price,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
