-- Grain: one row per promo. discount is an amount of money, not a percentage.
with

source as (
    select * from {{ raw('greenery', 'promos') }}
),

final as (
    select
        promo_id,
        discount as discount_amount,
        status,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
