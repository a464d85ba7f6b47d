-- Grain: one row per store that buys goods for resale.
with

source as (
    select * from {{ raw('adventure_works', 'store') }}
),

final as (
    select
        business_entity_id as store_id,
        name as store_name,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
