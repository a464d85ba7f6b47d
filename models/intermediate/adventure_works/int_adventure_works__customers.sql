-- Grain: one row per customer of the look-up table, and one 'Unknown' per id only in orders.
-- Trap: most customers never ordered; the dates, city, state and country are null for them.
with

customers as (
    select * from {{ ref('stg_adventure_works__customers') }}
),

persons as (
    select * from {{ ref('stg_adventure_works__persons') }}
),

stores as (
    select * from {{ ref('stg_adventure_works__stores') }}
),

sales_territories as (
    select * from {{ ref('stg_adventure_works__sales_territories') }}
),

addresses as (
    select * from {{ ref('stg_adventure_works__addresses') }}
),

state_provinces as (
    select * from {{ ref('stg_adventure_works__state_provinces') }}
),

order_headers as (
    select * from {{ ref('stg_adventure_works__sales_orders') }}
),

orders as (
    select * from {{ ref('int_adventure_works__orders') }}
),

all_customer_ids as (
    select customer_id from customers
    union distinct
    select customer_id from orders
),

sales as (
    select
        orders.customer_id,
        orders.order_date,
        order_headers.ship_to_address_id,
        row_number() over (
            partition by orders.customer_id
            order by orders.order_date desc, orders.order_id desc
        ) as recency_rank
    from orders
    inner join order_headers
        on orders.order_id = order_headers.sales_order_id
    where orders.counts_as_sale
),

sales_by_customer as (
    select
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        max(case when recency_rank = 1 then ship_to_address_id end) as ship_to_address_id
    from sales
    group by customer_id
),

final as (
    select
        'adventure_works' as domain,
        all_customer_ids.customer_id,
        coalesce(
            stores.store_name,
            {{ full_name('persons.first_name', 'persons.last_name') }}
        ) as name,
        cast(null as {{ dbt.type_string() }}) as email,
        addresses.city,
        state_provinces.state_province_name as state,
        state_provinces.country_region_code as country,
        sales_territories.territory_name as region,
        sales_by_customer.first_order_date,
        sales_by_customer.last_order_date,
        cast(null as boolean) as is_loyalty_member
    from all_customer_ids
    left join customers
        on all_customer_ids.customer_id = customers.customer_id
    left join stores
        on customers.store_id = stores.store_id
    left join persons
        on customers.person_id = persons.person_id
    left join sales_territories
        on customers.territory_id = sales_territories.territory_id
    left join sales_by_customer
        on all_customer_ids.customer_id = sales_by_customer.customer_id
    left join addresses
        on sales_by_customer.ship_to_address_id = addresses.address_id
    left join state_provinces
        on addresses.state_province_id = state_provinces.state_province_id
)

select * from final
