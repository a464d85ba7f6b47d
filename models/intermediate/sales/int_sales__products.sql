-- Grain: one row per product, known from the look-up table or from order lines only ('Unknown').
with

products as (
    select * from {{ ref('stg_products') }}
),

products_sold as (
    select product_id
    from {{ ref('stg_sales') }}
    group by product_id
),

final as (
    select
        'sales' as domain,
        coalesce(products.product_id, products_sold.product_id) as product_id,
        coalesce(products.product_name, 'Unknown') as product_name,
        {{ category_or_uncategorised('products.category') }} as category,
        cast(null as {{ dbt.type_string() }}) as subcategory,
        products.price as list_price,
        {{ line_amount('null') }} as standard_cost
    from products
    full outer join products_sold
        on products.product_id = products_sold.product_id
)

select * from final
