-- Grain: one row per customer of the sales domain with a sale.
-- Trap: history, not a forecast, in spite of its name. Guests are not here.
with

sales as (
    select * from {{ ref('stg_sales') }}
    where customer_id is not null
),

customers as (
    select
        customer_id,
        count(distinct order_id) as total_orders,
        {{ amount('sum(total_price)') }} as total_revenue
    from sales
    group by customer_id
),

final as (
    select
        customer_id,
        total_orders,
        total_revenue,
        {{ amount(ratio('total_revenue', 'total_orders')) }} as avg_order_value
    from customers
)

select * from final
