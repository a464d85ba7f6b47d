-- A header equals its lines, unless a line is in quarantine or the feed is inconsistent.
{{ config(group='adventure_works', severity='warn') }}
with

headers as (
    select * from {{ touched_rows('stg_adventure_works__sales_orders') }}
),

orders as (
    select * from {{ touched_rows('int_adventure_works__orders') }}
),

final as (
    select
        headers.sales_order_id,
        headers.sub_total,
        orders.net_amount
    from headers
    inner join orders
        on headers.sales_order_id = orders.order_id
    where headers.sub_total <> round(orders.net_amount, 4)
)

select * from final
