-- No line is lost or doubled, and its amount is unchanged.
{{ config(group='adventure_works') }}
with

fact_sales as (
    select * from {{ ref('fact_sales') }}
),

order_details as (
    select * from {{ ref('stg_adventure_works__sales_order_details') }}
),

final as (
    select
        order_details.sales_order_id,
        order_details.sales_order_detail_id,
        order_details.line_total,
        fact_sales.total_sales_amount
    from order_details
    full outer join fact_sales
        on
            order_details.sales_order_id = fact_sales.sales_order_id
            and order_details.sales_order_detail_id = fact_sales.sales_order_detail_id
    where
        order_details.sales_order_id is null
        or fact_sales.sales_order_id is null
        or order_details.line_total <> fact_sales.total_sales_amount
        or order_details.quantity <> fact_sales.total_quantity_sold
)

select * from final
