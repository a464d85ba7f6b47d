-- The lines of each order add up to the header's amounts, to the last digit.
{{ config(group='adventure_works') }}
with

fact_sales as (
    select * from {{ ref('fact_sales') }}
),

headers as (
    select * from {{ ref('stg_adventure_works__sales_orders') }}
),

lines_by_order as (
    select
        sales_order_id,
        sum(subtotal) as subtotal,
        sum(tax_amount) as tax_amount,
        sum(freight_amount) as freight_amount,
        sum(total_due) as total_due
    from fact_sales
    group by sales_order_id
),

final as (
    select
        headers.sales_order_id,
        headers.sub_total,
        lines_by_order.subtotal,
        headers.tax_amount,
        lines_by_order.tax_amount as tax_amount_of_lines,
        headers.freight_amount,
        lines_by_order.freight_amount as freight_amount_of_lines,
        headers.total_due,
        lines_by_order.total_due as total_due_of_lines
    from headers
    left join lines_by_order
        on headers.sales_order_id = lines_by_order.sales_order_id
    where
        lines_by_order.sales_order_id is null
        or headers.sub_total <> lines_by_order.subtotal
        or headers.tax_amount <> lines_by_order.tax_amount
        or headers.freight_amount <> lines_by_order.freight_amount
        or headers.total_due <> lines_by_order.total_due
)

select * from final
