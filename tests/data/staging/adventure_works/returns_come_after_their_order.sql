{{ config(group='adventure_works', severity='warn') }}
with

returns as (
    select * from {{ ref('stg_adventure_works__sales_order_returns') }}
),

orders as (
    select * from {{ ref('stg_adventure_works__sales_orders') }}
),

final as (
    select
        returns.return_id,
        returns.returned_on,
        orders.sales_order_id,
        orders.order_date
    from returns
    inner join orders
        on returns.sales_order_id = orders.sales_order_id
    where returns.returned_on < orders.order_date
)

select * from final
