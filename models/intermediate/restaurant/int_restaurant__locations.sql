-- Grain: one row per restaurant, known from the look-up table or from orders only ('Unknown').
-- Trap: the whole look-up table may be missing; then a restaurant's name is its id.
with

restaurants as (
    select * from {{ ref('stg_restaurant__restaurants') }}
),

restaurants_with_orders as (
    select restaurant_id
    from {{ ref('stg_restaurant__order_items') }}
    group by restaurant_id
),

look_up as (
    select count(*) > 0 as is_given
    from restaurants
),

restaurants_known as (
    select
        coalesce(restaurants.restaurant_id, restaurants_with_orders.restaurant_id) as restaurant_id,
        coalesce(restaurants.restaurant_name, restaurants.restaurant_id) as restaurant_name,
        restaurants.city,
        restaurants.state,
        restaurants.time_zone,
        restaurants.opened_on
    from restaurants
    full outer join restaurants_with_orders
        on restaurants.restaurant_id = restaurants_with_orders.restaurant_id
),

final as (
    select
        'restaurant' as domain,
        restaurants_known.restaurant_id as location_id,
        coalesce(
            restaurants_known.restaurant_name,
            case when look_up.is_given then 'Unknown' else restaurants_known.restaurant_id end
        ) as location_name,
        restaurants_known.city,
        restaurants_known.state,
        cast(null as {{ dbt.type_string() }}) as country,
        coalesce(
            restaurants_known.time_zone, {{ sql_text(var('restaurant_default_timezone')) }}
        ) as time_zone,
        restaurants_known.opened_on
    from restaurants_known
    cross join look_up
)

select * from final
