-- Grain: one row per order line.
-- Trap: cost is today's standard cost, not the cost at the time of the sale.
{{ config(materialized='by_order', kept_as='view') }}

with

line_amounts as (
    select * from {{ touched_rows('int_adventure_works__line_amounts') }}
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
        line_amounts.order_id,
        line_amounts.order_line_id,
        orders.customer_id,
        orders.location_id,
        line_amounts.product_id,
        orders.ordered_at_utc,
        orders.order_date,
        products.category,
        line_amounts.quantity,
        line_amounts.unit_price,
        line_amounts.gross_amount,
        line_amounts.discount_amount,
        line_amounts.net_amount,
        case
            when return_totals.return_rows_count > 0
                then coalesce(returns_by_line.returned_quantity, 0)
        end as returned_quantity,
        {{ line_amount('products.standard_cost * line_amounts.quantity') }} as cost_amount,
        orders.counts_as_sale
    from line_amounts
    inner join orders
        on line_amounts.order_id = orders.order_id
    inner join products
        on line_amounts.product_id = products.product_id
    left join returns_by_line
        on
            line_amounts.order_id = returns_by_line.sales_order_id
            and line_amounts.order_line_id = returns_by_line.sales_order_detail_id
    cross join return_totals
)

select * from final
