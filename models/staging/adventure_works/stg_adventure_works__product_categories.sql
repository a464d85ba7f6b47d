-- Grain: one row per product category.
with

source as (
    select * from {{ raw('adventure_works', 'product_category') }}
),

final as (
    select
        product_category_id,
        name as category_name,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
