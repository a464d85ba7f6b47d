-- Grain: one row per restaurant of the look-up table; the whole table may be missing.
with

source as (
    select * from {{ raw('restaurant', 'restaurants') }}
),

final as (
    select
        restaurant_id,
        name as restaurant_name,
        city,
        state,
        timezone as time_zone,
        opened_on,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
