-- Grain: one row per sales territory.
-- Trap: the United States are five territories, so the country is not a key.
with

source as (
    select * from {{ raw('adventure_works', 'sales_territory') }}
),

final as (
    select
        territory_id,
        name as territory_name,
        {{ quoted_name('group') }} as territory_group,
        country_region_code,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
