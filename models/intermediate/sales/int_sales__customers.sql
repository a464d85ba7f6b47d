-- Grain: one row per customer, known from the look-up table or from orders and returns only
-- ('Unknown').
-- Trap: a guest has orders, but is not a customer.
with

customers as (
    select * from {{ ref('stg_customers') }}
),

orders as (
    select * from {{ ref('int_sales__orders') }}
),

returns as (
    select * from {{ ref('int_sales__returns') }}
),

all_customer_ids as (
    select customer_id from customers
    union distinct
    select customer_id from orders
    where customer_id is not null
    union distinct
    select customer_id from returns
    where customer_id is not null
),

customers_with_orders as (
    select
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from orders
    where customer_id is not null
    group by customer_id
),

final as (
    select
        'sales' as domain,
        all_customer_ids.customer_id,
        {{ full_name('customers.first_name', 'customers.last_name') }} as name,
        customers.email,
        customers.city,
        customers.state,
        cast(null as {{ dbt.type_string() }}) as country,
        cast(null as {{ dbt.type_string() }}) as region,
        customers_with_orders.first_order_date,
        customers_with_orders.last_order_date,
        cast(null as boolean) as is_loyalty_member
    from all_customer_ids
    left join customers
        on all_customer_ids.customer_id = customers.customer_id
    left join customers_with_orders
        on all_customer_ids.customer_id = customers_with_orders.customer_id
)

select * from final
