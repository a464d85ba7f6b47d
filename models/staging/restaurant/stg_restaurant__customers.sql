-- Grain: one row per customer of the look-up table; the whole table may be missing.
with

source as (
    select * from {{ raw('restaurant', 'customers') }}
),

final as (
    select
        user_id as customer_id,
        first_name,
        last_name,
        email,
        city,
        state,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
