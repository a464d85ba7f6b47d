-- Grain: one row per category of the sales domain that was sold or returned.
-- Trap: avg_price is the mean list price, each product once; avg_unit_price is the price paid.
-- total_sales and total_revenue are net of returns.
with

sales as (
    select * from {{ ref('stg_sales') }}
),

products as (
    select * from {{ ref('stg_products') }}
),

-- Without any return in the feed, returns are not recorded: null, not 0.
return_totals as (
    select count(*) as return_rows_count
    from sales
    where is_return
),

products_sold as (
    select
        product_id,
        sum(quantity) as units,
        sum(total_price) as revenue,
        sum(case when is_return then -total_price else 0 end) as returned_amount,
        count(case when not is_return then 1 end) as sale_lines_count
    from sales
    group by product_id
),

products_with_category as (
    select
        case
            when products.product_id is null then 'Unknown'
            else {{ category_or_uncategorised('products.category') }}
        end as category,
        case when products_sold.sale_lines_count > 0 then products.price end as price,
        products_sold.units,
        products_sold.revenue,
        products_sold.returned_amount
    from products_sold
    left join products
        on products_sold.product_id = products.product_id
),

categories as (
    select
        category,
        cast(sum(units) as bigint) as total_sales,
        {{ amount('sum(revenue)') }} as total_revenue,
        {{ amount('sum(returned_amount)') }} as returned_amount,
        {{ amount(ratio('sum(price)', 'count(price)')) }} as avg_price
    from products_with_category
    group by category
),

final as (
    select
        categories.category,
        categories.total_sales,
        categories.total_revenue,
        case when return_totals.return_rows_count > 0 then categories.returned_amount end
            as returned_amount,
        categories.avg_price,
        {{ amount(ratio('categories.total_revenue', 'categories.total_sales')) }} as avg_unit_price
    from categories
    cross join return_totals
)

select * from final
