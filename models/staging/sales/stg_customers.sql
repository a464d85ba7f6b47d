-- Grain: one row per customer of the sales domain.
with

source as (
    select * from {{ raw('sales', 'customers') }}
),

final as (
    select
        customer_id,
        first_name,
        last_name,
        email,
        address,
        city,
        state,
        postal_code,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
