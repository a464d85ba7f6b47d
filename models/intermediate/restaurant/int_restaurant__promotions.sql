-- Grain: one row per promotion: the group and name of an option with a negative price.
-- Trap: promotions have no dates; use the first and last order that used one.
with

order_discounts as (
    select * from {{ ref('int_restaurant__order_discounts') }}
),

promotions as (
    select
        promotion_id,
        min(option_group_name) as option_group_name
    from order_discounts
    group by promotion_id
),

final as (
    select
        'restaurant' as domain,
        promotion_id,
        promotion_id as promotion_name,
        coalesce(option_group_name, '(none)') as promotion_type,
        cast(null as date) as starts_on,
        cast(null as date) as ends_on
    from promotions
)

select * from final
