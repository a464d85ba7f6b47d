-- Grain: one row per location: a state that orders were shipped to.
-- Trap: a state name that exists in two countries is one location.
with

addresses as (
    select * from {{ ref('stg_greenery__addresses') }}
),

orders as (
    select * from {{ ref('stg_greenery__orders') }}
),

locations as (
    select
        {{ greenery_location_id('orders.address_id', 'addresses.state') }} as location_id,
        max(addresses.state) as state,
        max(addresses.country) as country
    from orders
    left join addresses
        on orders.address_id = addresses.address_id
    group by {{ greenery_location_id('orders.address_id', 'addresses.state') }}
),

final as (
    select
        'greenery' as domain,
        location_id,
        location_id as location_name,
        cast(null as {{ dbt.type_string() }}) as city,
        state,
        country,
        cast(null as {{ dbt.type_string() }}) as time_zone,
        cast(null as date) as opened_on
    from locations
)

select * from final
