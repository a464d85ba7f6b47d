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

domains as (
    select *
    from {{ ref('dim_domains') }}
    where domain = 'adventure_works'
),

returns_by_product as (
    select
        product_id,
        sum(quantity) as units_returned
    from {{ ref('fct_returns') }}
    where domain = 'adventure_works' and counts_as_sale
    group by product_id
),

sales_by_product as (
    select
        product_id,
        count(distinct order_id) as orders_count,
        cast(sum(quantity) as bigint) as units_sold,
        {{ amount('sum(net_amount)') }} as revenue
    from order_lines
    group by product_id
),

-- A product without a return has 0, or null if the feed has no returns at all.
products_with_returns as (
    select
        sales_by_product.product_id,
        sales_by_product.orders_count,
        sales_by_product.units_sold,
        case
            when domains.has_returns
                then cast(coalesce(returns_by_product.units_returned, 0) as bigint)
        end as units_returned,
        sales_by_product.revenue
    from sales_by_product
    cross join domains
    left join returns_by_product
        on sales_by_product.product_id = returns_by_product.product_id
),

final as (
    select
        products_with_returns.product_id,
        products.product_name,
        products.category,
        products.subcategory,
        products_with_returns.orders_count,
        products_with_returns.units_sold,
        products_with_returns.units_returned,
        {{ ratio('products_with_returns.units_returned', 'products_with_returns.units_sold') }}
            as return_rate,
        products_with_returns.revenue,
        rank() over (order by products_with_returns.units_sold desc) as units_rank,
        rank() over (order by products_with_returns.revenue desc) as revenue_rank
    from products_with_returns
    left join products
        on products_with_returns.product_id = products.product_id
)

select * from final
