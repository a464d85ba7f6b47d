-- Grain: one row per domain and two products, product_id before other_product_id, that at least
-- basket_minimum_orders orders have together.
-- Trap: do not rank by lift or affinity: both are highest for rare products. Suggestions are ranked
-- by confidence, see product_suggestions.
with

pairs as (
    select * from {{ ref('fct_pairs') }}
    where kind = 'product'
),

products as (
    select * from {{ ref('dim_products') }}
),

large_baskets as (
    select
        domain,
        count(distinct order_id) as large_orders_count
    from {{ ref('fct_order_products') }}
    where not is_paired
    group by domain
),

final as (
    select
        pairs.domain,
        pairs.item_id as product_id,
        pairs.other_item_id as other_product_id,
        first_products.product_name,
        second_products.product_name as other_product_name,
        pairs.orders_count,
        coalesce(large_baskets.large_orders_count, 0) as large_orders_count,
        pairs.pair_orders,
        pairs.item_orders as product_orders,
        pairs.other_orders,
        pairs.support,
        pairs.confidence,
        pairs.other_confidence,
        pairs.lift,
        pairs.lift_low,
        pairs.lift_high,
        pairs.affinity,
        pairs.affinity_low,
        pairs.channel_affinity,
        pairs.channel_affinity_low,
        pairs.is_suggested
    from pairs
    left join products as first_products
        on
            pairs.domain = first_products.domain
            and pairs.item_id = first_products.product_id
    left join products as second_products
        on
            pairs.domain = second_products.domain
            and pairs.other_item_id = second_products.product_id
    left join large_baskets
        on pairs.domain = large_baskets.domain
)

select * from final
