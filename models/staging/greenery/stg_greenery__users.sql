-- Grain: one row per user.
-- Trap: a date that cannot be right, such as 1970 for 'unknown', is null; ignored_date names it.
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
        {{ plausible_date('created_at', has_happened=true) }} as created_at,
        {{ plausible_date('updated_at', has_happened=true) }} as updated_at,
        address_id,
        coalesce(
            {{ ignored_date_reason('created_at', has_happened=true) }},
            {{ ignored_date_reason('updated_at', has_happened=true) }}
        ) as ignored_date,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
