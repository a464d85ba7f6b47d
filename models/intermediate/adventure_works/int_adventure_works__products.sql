-- Grain: one row per product of the look-up table, and one 'Unknown' per id only in lines.
-- Trap: parts that are never sold have no subcategory: 'Uncategorised', like unknown products.
with

products as (
    select * from {{ ref('stg_adventure_works__products') }}
),

product_subcategories as (
    select * from {{ ref('stg_adventure_works__product_subcategories') }}
),

product_categories as (
    select * from {{ ref('stg_adventure_works__product_categories') }}
),

order_details as (
    select * from {{ ref('stg_adventure_works__sales_order_details') }}
),

all_product_ids as (
    select product_id from products
    union distinct
    select product_id from order_details
),

final as (
    select
        'adventure_works' as domain,
        all_product_ids.product_id,
        coalesce(products.product_name, 'Unknown') as product_name,
        {{ category_or_uncategorised('product_categories.category_name') }} as category,
        product_subcategories.subcategory_name as subcategory,
        products.list_price,
        products.standard_cost
    from all_product_ids
    left join products
        on all_product_ids.product_id = products.product_id
    left join product_subcategories
        on products.product_subcategory_id = product_subcategories.product_subcategory_id
    left join product_categories
        on product_subcategories.product_category_id = product_categories.product_category_id
)

select * from final
