-- Grain: one row per sales territory, and one for each other location_id in orders:
-- '(none)' for orders without a territory, 'Unknown' for an id that is not in the look-up table.
with

sales_territories as (
    select * from {{ ref('stg_adventure_works__sales_territories') }}
),

orders as (
    select * from {{ ref('int_adventure_works__orders') }}
),

all_location_ids as (
    select territory_id as location_id from sales_territories
    union distinct
    select location_id from orders
),

final as (
    select
        'adventure_works' as domain,
        all_location_ids.location_id,
        case
            when all_location_ids.location_id = '(none)' then '(none)'
            else coalesce(sales_territories.territory_name, 'Unknown')
        end as location_name,
        cast(null as {{ dbt.type_string() }}) as city,
        cast(null as {{ dbt.type_string() }}) as state,
        sales_territories.country_region_code as country,
        cast(null as {{ dbt.type_string() }}) as time_zone,
        cast(null as date) as opened_on
    from all_location_ids
    left join sales_territories
        on all_location_ids.location_id = sales_territories.territory_id
)

select * from final
