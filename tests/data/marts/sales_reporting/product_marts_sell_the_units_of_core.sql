-- sales_performance over its months and product_demand agree with core, product by product.
with

core as (
    select
        product_id,
        sum(quantity) as units_sold,
        sum(net_amount) as revenue
    from {{ ref('fct_order_lines') }}
    where domain = 'adventure_works' and counts_as_sale
    group by product_id
),

sales_by_product as (
    select
        product_id,
        sum(units_sold) as units_sold,
        sum(revenue) as revenue
    from {{ ref('sales_performance') }}
    group by product_id
),

product_demand as (
    select * from {{ ref('product_demand') }}
),

final as (
    select
        core.product_id,
        core.units_sold,
        sales_by_product.units_sold as units_of_sales_performance,
        product_demand.units_sold as units_of_product_demand
    from core
    left join sales_by_product
        on core.product_id = sales_by_product.product_id
    left join product_demand
        on core.product_id = product_demand.product_id
    where
        sales_by_product.product_id is null
        or product_demand.product_id is null
        or core.units_sold <> sales_by_product.units_sold
        or core.units_sold <> product_demand.units_sold
        or core.revenue <> sales_by_product.revenue
        or core.revenue <> product_demand.revenue
)

select * from final
