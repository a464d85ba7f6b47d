-- Returns no rows if the optional table `customers` is missing or empty.
{{ config(group='restaurant', severity='warn') }}

with

customers as (
    select * from {{ ref('stg_restaurant__customers') }}
),

look_up as (
    select count(*) > 0 as is_given
    from customers
),

customers_with_orders as (
    select
        customer_id,
        count(*) as orders_count,
        min(order_id) as example_order_id
    from {{ ref('int_restaurant__orders') }}
    where customer_id is not null
    group by customer_id
)

select
    customers_with_orders.customer_id,
    customers_with_orders.orders_count,
    customers_with_orders.example_order_id
from customers_with_orders
cross join look_up
left join customers
    on customers_with_orders.customer_id = customers.customer_id
where
    look_up.is_given
    and customers.customer_id is null
