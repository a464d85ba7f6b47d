-- Grain: one row per return of goods from an order line.
-- Trap: amount is the line's revenue by the share of pieces that came back. More pieces may come
-- back than were sold, and then amount is more than the line's revenue.
-- The feed names the line of each return, so is_linked is true and core looks for no other.
{{ config(materialized='table') }}

with

returns as (
    select * from {{ ref('stg_adventure_works__sales_order_returns') }}
),

order_lines as (
    select * from {{ ref('int_adventure_works__order_lines') }}
),

final as (
    select
        'adventure_works' as domain,
        returns.return_id,
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.customer_id,
        order_lines.location_id,
        order_lines.product_id,
        cast(returns.returned_on as timestamp) as returned_at,
        cast(null as timestamp) as returned_at_utc,
        returns.returned_on as return_date,
        cast(returns.returned_quantity as bigint) as quantity,
        {{ line_amount(ratio(
            'order_lines.net_amount * returns.returned_quantity', 'order_lines.quantity'
        )) }} as amount,
        order_lines.counts_as_sale,
        true as is_linked
    from returns
    inner join order_lines
        on
            returns.sales_order_id = order_lines.order_id
            and returns.sales_order_detail_id = order_lines.order_line_id
)

select * from final
