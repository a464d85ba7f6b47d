-- Grain: one row per product subcategory.
with

source as (
    select * from {{ raw('adventure_works', 'product_subcategory') }}
),

final as (
    select
        product_subcategory_id,
        product_category_id,
        name as subcategory_name,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
