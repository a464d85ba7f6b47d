-- Grain: one row per address; a user's own, or one an order went to.
with

source as (
    select * from {{ raw('greenery', 'addresses') }}
),

final as (
    select
        address_id,
        address,
        zipcode,
        state,
        country,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
