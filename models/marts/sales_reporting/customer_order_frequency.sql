-- Grain: one row per customer of the sales domain with a sale.
-- Trap: n orders have n - 1 gaps between them; a customer with one order has none, so null. A
-- return is not an order, and guests are not here.
with

sales as (
    select * from {{ ref('stg_sales') }}
    where not is_return and customer_id is not null
),

customers as (
    select
        customer_id,
        count(distinct order_id) as total_orders,
        min(order_date) as first_order,
        max(order_date) as last_order
    from sales
    group by customer_id
),

final as (
    select
        customer_id,
        total_orders,
        first_order,
        last_order,
        {{ ratio(dbt.datediff('first_order', 'last_order', 'day'), 'total_orders - 1') }}
            as avg_days_between_orders
    from customers
)

select * from final
