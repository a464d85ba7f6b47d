-- Grain: one row per address; orders refer to it, customers do not.
with

source as (
    select * from {{ raw('adventure_works', 'address') }}
),

final as (
    select
        address_id,
        state_province_id,
        address_line1,
        city,
        postal_code,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
