-- Grain: one row per special offer.
-- Trap: 'No Discount' is also an offer, and nearly every line has it. A date that cannot be right
-- is null; ignored_date names it.
with

source as (
    select * from {{ raw('adventure_works', 'special_offer') }}
),

final as (
    select
        special_offer_id,
        {{ plausible_date('start_date') }} as start_date,
        {{ plausible_date('end_date') }} as end_date,
        description,
        type as offer_type,
        category as offer_category,
        discount_pct as discount_rate,
        min_qty as minimum_quantity,
        max_qty as maximum_quantity,
        coalesce(
            {{ ignored_date_reason('start_date') }}, {{ ignored_date_reason('end_date') }}
        ) as ignored_date,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
