-- Returns no rows if the optional table `restaurants` is missing or empty.
{{ config(group='restaurant', severity='warn') }}

with

restaurants as (
    select * from {{ ref('stg_restaurant__restaurants') }}
),

look_up as (
    select count(*) > 0 as is_given
    from restaurants
),

restaurants_with_orders as (
    select
        restaurant_id,
        count(*) as order_lines_count
    from {{ ref('stg_restaurant__order_items') }}
    group by restaurant_id
)

select
    restaurants_with_orders.restaurant_id,
    restaurants_with_orders.order_lines_count
from restaurants_with_orders
cross join look_up
left join restaurants
    on restaurants_with_orders.restaurant_id = restaurants.restaurant_id
where
    look_up.is_given
    and restaurants.restaurant_id is null
