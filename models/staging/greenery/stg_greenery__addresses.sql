-- Grain: one row per address of a user or of an order.
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
