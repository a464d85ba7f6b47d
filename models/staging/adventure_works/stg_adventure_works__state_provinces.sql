-- Grain: one row per state or province.
-- Trap: the code is not a key: two countries may use the same one.
with

source as (
    select * from {{ raw('adventure_works', 'state_province') }}
),

final as (
    select
        state_province_id,
        territory_id,
        state_province_code,
        country_region_code,
        name as state_province_name,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
