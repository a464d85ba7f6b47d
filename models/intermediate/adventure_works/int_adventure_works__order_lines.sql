-- Grain: one row per order line.
-- Trap: cost is today's standard cost, not the cost at the time of the sale.
{{ config(materialized='by_order', kept_as='view') }}

with

order_details as (
    select * from {{ touched_rows('stg_adventure_works__sales_order_details') }}
),

returns as (
    select * from {{ touched_rows('stg_adventure_works__sales_order_returns') }}
),

orders as (
    select * from {{ touched_rows('int_adventure_works__orders') }}
),

products as (
    select * from {{ ref('int_adventure_works__products') }}
),

returns_by_line as (
    select
        sales_order_id,
        sales_order_detail_id,
        cast(sum(returned_quantity) as bigint) as returned_quantity
    from returns
    group by
        sales_order_id,
        sales_order_detail_id
),

-- A line without a return has 0, or null if the feed has no returns at all: then they are unknown.
return_totals as (
    select count(*) as return_rows_count
    from {{ ref('stg_adventure_works__sales_order_returns') }}
),

final as (
    select
        'adventure_works' as domain,
        order_details.sales_order_id as order_id,
        order_details.sales_order_detail_id as order_line_id,
        orders.customer_id,
        orders.location_id,
        order_details.product_id,
        orders.ordered_at_utc,
        orders.order_date,
        products.category,
        order_details.quantity,
        order_details.unit_price,
        {{ line_amount('order_details.quantity * order_details.unit_price') }} as gross_amount,
        {{ line_amount(
            'order_details.quantity * order_details.unit_price - order_details.line_total'
        ) }} as discount_amount,
        order_details.line_total as net_amount,
        case
            when return_totals.return_rows_count > 0
                then coalesce(returns_by_line.returned_quantity, 0)
        end as returned_quantity,
        {{ line_amount('products.standard_cost * order_details.quantity') }} as cost_amount,
        orders.counts_as_sale
    from order_details
    inner join orders
        on order_details.sales_order_id = orders.order_id
    inner join products
        on order_details.product_id = products.product_id
    left join returns_by_line
        on
            order_details.sales_order_id = returns_by_line.sales_order_id
            and order_details.sales_order_detail_id = returns_by_line.sales_order_detail_id
    cross join return_totals
)

select * from final
