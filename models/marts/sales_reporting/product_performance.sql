-- Grain: one row per domain, product and calendar month in which it was sold or returned.
-- Trap: a return counts in its own month, so net_sales may be below 0; margin is before returns.
with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
    where counts_as_sale
),

returns as (
    select * from {{ ref('fct_returns') }}
    where counts_as_sale
),

products as (
    select * from {{ ref('dim_products') }}
),

domains as (
    select * from {{ ref('dim_domains') }}
),

sales_by_product_and_month as (
    select
        domain,
        product_id,
        {{ month_start('order_date') }} as month_start_date,
        count(distinct order_id) as orders_count,
        sum(quantity) as units,
        sum(net_amount) as revenue,
        case when count(cost_amount) = count(*) then sum(net_amount - cost_amount) end
            as gross_margin
    from order_lines
    group by
        domain,
        product_id,
        {{ month_start('order_date') }}
),

-- Money that came back for no product in particular.
returns_by_product_and_month as (
    select
        domain,
        coalesce(product_id, '(none)') as product_id,
        {{ month_start('return_date') }} as month_start_date,
        sum(quantity) as returned_quantity,
        sum(amount) as returned_amount
    from returns
    group by
        domain,
        coalesce(product_id, '(none)'),
        {{ month_start('return_date') }}
),

product_months as (
    select
        coalesce(sold.domain, returned.domain) as domain,
        coalesce(sold.product_id, returned.product_id) as product_id,
        coalesce(sold.month_start_date, returned.month_start_date) as month_start_date,
        coalesce(sold.orders_count, 0) as orders_count,
        cast(coalesce(sold.units, 0) as bigint) as units,
        {{ amount('coalesce(sold.revenue, 0)') }} as revenue,
        {{ amount('sold.gross_margin') }} as gross_margin,
        cast(coalesce(returned.returned_quantity, 0) as bigint) as returned_quantity,
        {{ amount('coalesce(returned.returned_amount, 0)') }} as returned_amount
    from sales_by_product_and_month as sold
    full outer join returns_by_product_and_month as returned
        on
            sold.domain = returned.domain
            and sold.product_id = returned.product_id
            and sold.month_start_date = returned.month_start_date
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
