-- Says nothing where the optional table `restaurants` is missing or empty.
{{ config(severity='warn', tags=['restaurant']) }}

with

restaurants as (
    select * from {{ ref('stg_restaurant__restaurants') }}
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
left join restaurants
    on restaurants_with_orders.restaurant_id = restaurants.restaurant_id
where
    restaurants.restaurant_id is null
    and exists (select 1 from restaurants)
