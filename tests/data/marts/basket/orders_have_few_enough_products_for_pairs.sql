{{ config(severity='warn') }}
with

large_orders as (
    select distinct
        domain,
        order_id,
        products_count
    from {{ ref('fct_order_products') }}
    where not is_paired
),

final as (
    select
        domain,
        count(*) as large_orders_count,
        max(products_count) as most_products_count,
        min(order_id) as first_order_id
    from large_orders
    group by domain
)

select * from final
