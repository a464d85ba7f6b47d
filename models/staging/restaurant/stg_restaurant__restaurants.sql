-- Grain: one row per restaurant of the look-up table; the whole table may be missing.
-- Trap: an opening date that cannot be right is null; ignored_date names it.
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
        {{ plausible_date('opened_on') }} as opened_on,
        {{ ignored_date_reason('opened_on') }} as ignored_date,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
