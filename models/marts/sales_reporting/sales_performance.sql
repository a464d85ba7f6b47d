-- Grain: one row per AdventureWorks product and calendar month in which it was sold.
-- Trap: months without a sale have no row; the first and the last month are rarely complete.
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

lines_with_month as (
    select
        product_id,
        {{ month_start('order_date') }} as month_start_date,
        order_id,
        quantity,
        net_amount,
        cost_amount
    from order_lines
),

sales_by_product_and_month as (
    select
        product_id,
        month_start_date,
        cast({{ dbt.dateadd('month', -1, 'month_start_date') }} as date)
            as previous_month_start_date,
        count(distinct order_id) as orders_count,
        cast(sum(quantity) as bigint) as units_sold,
        {{ amount('sum(net_amount)') }} as revenue,
        case
            when count(cost_amount) = count(*) then {{ amount('sum(net_amount - cost_amount)') }}
        end as gross_margin
    from lines_with_month
    group by
        product_id,
        month_start_date
),

final as (
    select
        sales.product_id,
        sales.month_start_date,
        products.product_name,
        products.category,
        products.subcategory,
        sales.orders_count,
        sales.units_sold,
        sales.revenue,
        sales.gross_margin,
        {{ ratio('sales.gross_margin', 'sales.revenue') }} as gross_margin_rate,
        rank() over (
            partition by sales.month_start_date order by sales.revenue desc
        ) as revenue_rank,
        {{ ratio(
            'sales.revenue', 'sum(sales.revenue) over (partition by sales.month_start_date)'
        ) }} as revenue_share,
        previous_sales.revenue as previous_month_revenue,
        {{ amount('sales.revenue - previous_sales.revenue') }} as revenue_change_amount,
        {{ ratio('sales.revenue - previous_sales.revenue', 'previous_sales.revenue') }}
            as revenue_change_rate
    from sales_by_product_and_month as sales
    -- The calendar month before, not the row before: after a gap the change is null.
    left join sales_by_product_and_month as previous_sales
        on
            sales.product_id = previous_sales.product_id
            and sales.previous_month_start_date = previous_sales.month_start_date
    left join products
        on sales.product_id = products.product_id
)

select * from final
