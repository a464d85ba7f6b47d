-- Grain: one row per plant.
with

source as (
    select * from {{ raw('greenery', 'products') }}
),

final as (
    select
        product_id,
        name as product_name,
        price,
        inventory,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
