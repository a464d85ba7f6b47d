-- Grain: one row per location. Sales has only one, '(none)', for all orders.
select
    'sales' as domain,
    '(none)' as location_id,
    '(none)' as location_name,
    cast(null as {{ dbt.type_string() }}) as city,
    cast(null as {{ dbt.type_string() }}) as state,
    cast(null as {{ dbt.type_string() }}) as country,
    cast(null as {{ dbt.type_string() }}) as time_zone,
    cast(null as date) as opened_on
