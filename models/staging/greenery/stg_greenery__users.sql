-- Grain: one row per user.
with

source as (
    select * from {{ raw('greenery', 'users') }}
),

final as (
    select
        user_id,
        first_name,
        last_name,
        email,
        phone_number,
        created_at,
        updated_at,
        address_id,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
