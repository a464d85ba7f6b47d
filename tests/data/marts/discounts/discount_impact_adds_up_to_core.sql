-- The discounts of all offers and categories equal those of all lines up to as_of_date, and of each
-- offer those in discount_before_after.
with

offers as (
    select
        special_offer_id,
        sum(discount_amount) as discount_amount
    from {{ ref('discount_impact') }}
    group by special_offer_id
),

promotions as (
    select
        promotion_id,
        discount_amount
    from {{ ref('discount_before_after') }}
    where domain = 'adventure_works'
),

final as (
    select
        promotions.promotion_id,
        offers.special_offer_id,
        promotions.discount_amount,
        offers.discount_amount as discount_of_impact
    from promotions
    full outer join offers
        on promotions.promotion_id = offers.special_offer_id
    where coalesce(promotions.discount_amount, 0) <> coalesce(offers.discount_amount, 0)
)

select * from final
