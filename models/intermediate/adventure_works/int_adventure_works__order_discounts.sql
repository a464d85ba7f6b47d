-- Grain: one row per order line that was sold at a discount.
-- Trap: nearly every line has the offer 'No Discount', which is not a promotion.
{{ config(materialized='by_order', kept_as='view') }}

with

order_lines as (
    select * from {{ touched_rows('int_adventure_works__order_lines') }}
),

order_details as (
    select * from {{ touched_rows('stg_adventure_works__sales_order_details') }}
),

special_offers as (
    select * from {{ ref('stg_adventure_works__special_offers') }}
),

final as (
    select
        order_lines.domain,
        order_lines.order_id,
        order_lines.order_line_id,
        case
            when special_offers.offer_type = 'No Discount' then '(none)'
            else coalesce(order_details.special_offer_id, '(none)')
        end as promotion_id,
        order_lines.discount_amount
    from order_lines
    inner join order_details
        on
            order_lines.order_id = order_details.sales_order_id
            and order_lines.order_line_id = order_details.sales_order_detail_id
    left join special_offers
        on order_details.special_offer_id = special_offers.special_offer_id
    where order_lines.discount_amount <> 0
)

select * from final
