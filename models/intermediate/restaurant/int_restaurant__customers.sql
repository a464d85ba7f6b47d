-- Grain: one row per customer, known from the look-up table or from orders and returns only; guests
-- are not customers.
-- Trap: the table `customers` may be missing, or have no address for a customer: then city and
-- state are those of the restaurant they order from most often. Membership is null if no order has
-- the flag.
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

customers as (
    select * from {{ ref('stg_restaurant__customers') }}
),

look_up as (
    select count(*) > 0 as is_given
    from customers
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

customers_with_orders as (
    select
        customer_id,
        min(first_order_date) as first_order_date,
        max(last_order_date) as last_order_date,
        max(has_loyalty_order) = 1 as is_loyalty_member
    from customers_by_location
    group by customer_id
),

-- A return may name a customer who has no order here.
customers_with_orders_or_returns as (
    select customer_id from customers_with_orders
    union distinct
    select customer_id from returns
    where customer_id is not null
),

customers_at_home as (
    select
        customers_with_orders_or_returns.customer_id,
        customers_with_orders.first_order_date,
        customers_with_orders.last_order_date,
        customers_with_orders.is_loyalty_member,
        restaurants.city,
        restaurants.state
    from customers_with_orders_or_returns
    left join customers_with_orders
        on customers_with_orders_or_returns.customer_id = customers_with_orders.customer_id
    left join locations_ranked
        on
            customers_with_orders.customer_id = locations_ranked.customer_id
            and locations_ranked.location_rank = 1
    left join restaurants
        on locations_ranked.location_id = restaurants.restaurant_id
),

all_customers as (
    select
        coalesce(customers.customer_id, customers_at_home.customer_id) as customer_id,
        {{ full_name('customers.first_name', 'customers.last_name') }} as name,
        customers.email,
        -- City and state are one address.
        case
            when customers.city is null and customers.state is null then customers_at_home.city
            else customers.city
        end as city,
        case
            when customers.city is null and customers.state is null then customers_at_home.state
            else customers.state
        end as state,
        customers_at_home.first_order_date,
        customers_at_home.last_order_date,
        coalesce(customers_at_home.is_loyalty_member, false) as is_loyalty_member
    from customers
    full outer join customers_at_home
        on customers.customer_id = customers_at_home.customer_id
),

final as (
    select
        'restaurant' as domain,
        all_customers.customer_id,
        case when look_up.is_given then all_customers.name end as name,
        all_customers.email,
        all_customers.city,
        all_customers.state,
        cast(null as {{ dbt.type_string() }}) as country,
        cast(null as {{ dbt.type_string() }}) as region,
        all_customers.first_order_date,
        all_customers.last_order_date,
        case when domains.has_loyalty then all_customers.is_loyalty_member end as is_loyalty_member
    from all_customers
    cross join look_up
    cross join domains
)

select * from final
