-- Grain: one row per domain, product and calendar month in which it was sold or returned.
-- Trap: a return counts in its own month, so net_sales may be below 0; margin is before returns.
with

product_months as (
    select * from {{ ref('fct_product_months') }}
),

products as (
    select * from {{ ref('dim_products') }}
),

domains as (
    select * from {{ ref('dim_domains') }}
),

final as (
    select
        product_months.domain,
        product_months.product_id,
        product_months.month_start_date,
        coalesce(products.product_name, '(none)') as product_name,
        coalesce(products.category, 'Uncategorised') as category,
        product_months.orders_count,
        product_months.units,
        case when domains.has_returns then product_months.returned_quantity end
            as returned_quantity,
        product_months.revenue,
        case when domains.has_returns then product_months.returned_amount end as returned_amount,
        {{ amount('product_months.revenue - product_months.returned_amount') }} as net_sales,
        product_months.gross_margin,
        {{ ratio('product_months.gross_margin', 'product_months.revenue') }} as gross_margin_rate,
        rank() over (
            partition by product_months.domain, product_months.month_start_date
            order by product_months.revenue desc
        ) as revenue_rank,
        {{ ratio(
            'product_months.revenue',
            'sum(product_months.revenue) over ('
            'partition by product_months.domain, product_months.month_start_date)'
        ) }} as revenue_share
    from product_months
    inner join domains
        on product_months.domain = domains.domain
    left join products
        on
            product_months.domain = products.domain
            and product_months.product_id = products.product_id
)

select * from final
