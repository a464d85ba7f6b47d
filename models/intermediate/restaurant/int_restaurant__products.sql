-- Grain: one row per item name: the feed has no other data about products.
-- Trap: an item may be sold under several categories; it gets the one with the most units.
with

order_items as (
    select * from {{ ref('stg_restaurant__order_items') }}
),

units_by_category as (
    select
        coalesce(item_name, '(none)') as product_id,
        {{ category_or_uncategorised('item_category') }} as category,
        sum(quantity) as units
    from order_items
    group by coalesce(item_name, '(none)'), {{ category_or_uncategorised('item_category') }}
),

categories_ranked as (
    select
        product_id,
        category,
        row_number() over (partition by product_id order by units desc, category) as category_rank
    from units_by_category
),

final as (
    select
        'restaurant' as domain,
        product_id,
        product_id as product_name,
        category,
        cast(null as {{ dbt.type_string() }}) as subcategory,
        {{ line_amount('null') }} as list_price,
        {{ line_amount('null') }} as standard_cost
    from categories_ranked
    where category_rank = 1
)

select * from final
