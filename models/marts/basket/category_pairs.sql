-- Grain: one row per domain and two categories, category before other_category, that at least
-- basket_minimum_orders orders have together.
-- Trap: an order counts once however many products of a category it has.
with

pairs as (
    select * from {{ ref('fct_pairs') }}
    where kind = 'category'
),

final as (
    select
        domain,
        item_id as category,
        other_item_id as other_category,
        orders_count,
        pair_orders,
        item_orders as category_orders,
        other_orders,
        support,
        confidence,
        other_confidence,
        lift,
        lift_low,
        lift_high,
        affinity,
        affinity_low,
        channel_affinity,
        channel_affinity_low,
        is_suggested
    from pairs
)

select * from final
