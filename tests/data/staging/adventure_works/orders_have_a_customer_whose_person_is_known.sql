-- A store also has a person, its buyer. Without a person a store keeps its name, others have none.
{{ config(group='adventure_works', severity='warn') }}
with

orders as (
    select * from {{ ref('stg_adventure_works__sales_orders') }}
),

customers as (
    select * from {{ ref('stg_adventure_works__customers') }}
),

persons as (
    select * from {{ ref('stg_adventure_works__persons') }}
),

final as (
    select
        orders.sales_order_id,
        orders.customer_id,
        customers.person_id
    from orders
    inner join customers
        on orders.customer_id = customers.customer_id
    left join persons
        on customers.person_id = persons.person_id
    where persons.person_id is null
)

select * from final
