-- Grain: one row per restaurant that the feed describes; the table may be missing as a whole.
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
