-- Grain: one row per user with an order or a return; guests are not customers.
-- Trap: users have no address; they get that of the restaurant they order from most often.
with

orders as (
    select * from {{ ref('int_restaurant__orders') }}
),

returns as (
    select * from {{ ref('int_restaurant__returns') }}
),

domains as (
    select * from {{ ref('int_restaurant__domains') }}
),

restaurants as (
    select * from {{ ref('stg_restaurant__restaurants') }}
),

customers_by_location as (
    select
        orders.customer_id,
        orders.location_id,
        count(*) as orders_count,
        min(orders.order_date) as first_order_date,
        max(orders.order_date) as last_order_date,
        -- A customer who joins after as_of_date is not a member yet.
        max(
            case
                when orders.is_loyalty_order and orders.order_date <= domains.as_of_date then 1
                else 0
            end
        ) as has_loyalty_order
    from orders
    cross join domains
    where orders.customer_id is not null
    group by orders.customer_id, orders.location_id
),

locations_ranked as (
    select
        customer_id,
        location_id,
        row_number() over (
            partition by customer_id order by orders_count desc, location_id
        ) as location_rank
    from customers_by_location
),

customers as (
    select
        customer_id,
        min(first_order_date) as first_order_date,
        max(last_order_date) as last_order_date,
        max(has_loyalty_order) = 1 as is_loyalty_member
    from customers_by_location
    group by customer_id
),

-- A return may name a user who has no order here.
all_customer_ids as (
    select customer_id from customers
    union distinct
    select customer_id from returns
    where customer_id is not null
),

final as (
    select
        'restaurant' as domain,
        all_customer_ids.customer_id,
        cast(null as {{ dbt.type_string() }}) as name,
        cast(null as {{ dbt.type_string() }}) as email,
        restaurants.city,
        restaurants.state,
        cast(null as {{ dbt.type_string() }}) as country,
        cast(null as {{ dbt.type_string() }}) as region,
        customers.first_order_date,
        customers.last_order_date,
        coalesce(customers.is_loyalty_member, false) as is_loyalty_member
    from all_customer_ids
    left join customers
        on all_customer_ids.customer_id = customers.customer_id
    left join locations_ranked
        on
            customers.customer_id = locations_ranked.customer_id
            and locations_ranked.location_rank = 1
    left join restaurants
        on locations_ranked.location_id = restaurants.restaurant_id
)

select * from final
