-- Grain: one row per AdventureWorks product that was sold; a product has one category.
-- Trap: a return counts with its sale, not on the day of the return; revenue is before returns.
with

order_lines as (
    select *
    from {{ ref('fct_order_lines') }}
    where domain = 'adventure_works' and counts_as_sale
),

products as (
    select *
    from {{ ref('dim_products') }}
    where domain = 'adventure_works'
),

-- If the feed has no returns, returned_quantity is null on all lines, and so is its sum.
sales_by_product as (
    select
        product_id,
        count(distinct order_id) as orders_count,
        cast(sum(quantity) as bigint) as units_sold,
        cast(sum(returned_quantity) as bigint) as units_returned,
        {{ amount('sum(net_amount)') }} as revenue
    from order_lines
    group by product_id
),

final as (
    select
        sales_by_product.product_id,
        products.product_name,
        products.category,
        products.subcategory,
        sales_by_product.orders_count,
        sales_by_product.units_sold,
        sales_by_product.units_returned,
        {{ ratio('sales_by_product.units_returned', 'sales_by_product.units_sold') }}
            as return_rate,
        sales_by_product.revenue,
        rank() over (order by sales_by_product.units_sold desc) as units_rank,
        rank() over (order by sales_by_product.revenue desc) as revenue_rank
    from sales_by_product
    left join products
        on sales_by_product.product_id = products.product_id
)

select * from final
