-- Grain: one row per plant, known from the look-up table, or only from order lines and
-- returns ('Unknown').
with

products as (
    select * from {{ ref('stg_greenery__products') }}
),

products_sold as (
    select product_id
    from {{ ref('stg_greenery__order_items') }}
    union distinct
    select product_id
    from {{ ref('stg_greenery__returns') }}
    where product_id is not null
),

final as (
    select
        'greenery' as domain,
        coalesce(products.product_id, products_sold.product_id) as product_id,
        coalesce(products.product_name, 'Unknown') as product_name,
        'Uncategorised' as category,
        cast(null as {{ dbt.type_string() }}) as subcategory,
        products.price as list_price,
        {{ line_amount('null') }} as standard_cost
    from products
    full outer join products_sold
        on products.product_id = products_sold.product_id
)

select * from final
