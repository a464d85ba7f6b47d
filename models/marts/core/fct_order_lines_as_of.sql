-- Grain: one row per order line of a sale, up to the domain's as_of_date.
-- Trap: count orders with a distinct order_id, within the domain.
{{ config(materialized='view') }}

with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
    where counts_as_sale
),

domains as (
    select * from {{ ref('dim_domains') }}
),

final as (
    select
        order_lines.domain,
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.customer_id,
        order_lines.location_id,
        order_lines.product_id,
        order_lines.ordered_at_utc,
        order_lines.order_date,
        order_lines.category,
        order_lines.quantity,
        order_lines.unit_price,
        order_lines.gross_amount,
        order_lines.discount_amount,
        order_lines.net_amount,
        order_lines.returned_quantity,
        order_lines.cost_amount,
        domains.as_of_date
    from order_lines
    inner join domains
        on order_lines.domain = domains.domain
    where order_lines.order_date <= domains.as_of_date
)

select * from final
