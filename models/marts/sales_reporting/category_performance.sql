-- Grain: one row per category of the sales domain that was sold.
-- Trap: avg_price is the mean list price, each product once; avg_unit_price is the price paid.
with

sales as (
    select * from {{ ref('stg_sales') }}
),

products as (
    select * from {{ ref('stg_products') }}
),

products_sold as (
    select
        product_id,
        sum(quantity) as units,
        sum(total_price) as revenue
    from sales
    group by product_id
),

products_with_category as (
    select
        case
            when products.product_id is null then 'Unknown'
            else {{ category_or_uncategorised('products.category') }}
        end as category,
        products.price,
        products_sold.units,
        products_sold.revenue
    from products_sold
    left join products
        on products_sold.product_id = products.product_id
),

categories as (
    select
        category,
        cast(sum(units) as bigint) as total_sales,
        {{ amount('sum(revenue)') }} as total_revenue,
        {{ amount(ratio('sum(price)', 'count(price)')) }} as avg_price
    from products_with_category
    group by category
),

final as (
    select
        category,
        total_sales,
        total_revenue,
        avg_price,
        {{ amount(ratio('total_revenue', 'total_sales')) }} as avg_unit_price
    from categories
)

select * from final
