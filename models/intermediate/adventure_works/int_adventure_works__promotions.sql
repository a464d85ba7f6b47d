-- Grain: one row per special offer that is a discount, and one for every other promotion_id that
-- order_discounts uses: '(none)' for a discount without an offer, 'Unknown' for an unknown offer.
with

special_offers as (
    select *
    from {{ ref('stg_adventure_works__special_offers') }}
    where offer_type is null or offer_type <> 'No Discount'
),

order_discounts as (
    select * from {{ ref('int_adventure_works__order_discounts') }}
),

all_promotion_ids as (
    select special_offer_id as promotion_id from special_offers
    union distinct
    select promotion_id from order_discounts
),

final as (
    select
        'adventure_works' as domain,
        all_promotion_ids.promotion_id,
        case
            when all_promotion_ids.promotion_id = '(none)' then '(none)'
            else coalesce(special_offers.description, 'Unknown')
        end as promotion_name,
        special_offers.offer_type as promotion_type,
        special_offers.start_date as starts_on,
        special_offers.end_date as ends_on
    from all_promotion_ids
    left join special_offers
        on all_promotion_ids.promotion_id = special_offers.special_offer_id
)

select * from final
