-- Grain: one row per order line and promotion; a line may have several.
-- Trap: the feed has no list of promotions; they are known only from groups and names of options.
{{ config(materialized='by_order', kept_as='view') }}

with

options as (
    select * from {{ touched_rows('stg_restaurant__order_item_options') }}
),

discounts as (
    select
        order_id,
        order_line_id,
        option_group_name,
        case
            when option_group_name is not null and option_name is not null
                then concat(option_group_name, ': ', option_name)
            else coalesce(option_group_name, option_name, '(none)')
        end as promotion_id,
        -option_price * option_quantity as discount_amount
    from options
    where option_price < 0 and not is_return
),

final as (
    select
        'restaurant' as domain,
        order_id,
        order_line_id,
        promotion_id,
        min(option_group_name) as option_group_name,
        {{ line_amount('sum(discount_amount)') }} as discount_amount
    from discounts
    group by order_id, order_line_id, promotion_id
)

select * from final
