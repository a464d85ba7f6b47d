-- The observed hours of a location are all hours from its first business day to as_of_date.
with

orders as (
    select * from {{ ref('fct_order_business_days') }}
    where hour_of_day is not null
),

domains as (
    select * from {{ ref('dim_domains') }}
),

locations as (
    select
        orders.domain,
        orders.location_id,
        24 * ({{ dbt.datediff('min(orders.business_date)', 'max(domains.as_of_date)', 'day') }} + 1)
        - {{ business_day_start_hour() }} as observed_hours_count
    from orders
    inner join domains
        on orders.domain = domains.domain
    group by orders.domain, orders.location_id
),

hours as (
    select
        domain,
        location_id,
        sum(observed_days_count) as observed_hours_count
    from {{ ref('peak_periods') }}
    group by domain, location_id
)

select
    locations.*,
    hours.observed_hours_count as mart_observed_hours_count
from locations
left join hours
    on
        locations.domain = hours.domain
        and locations.location_id = hours.location_id
where coalesce(hours.observed_hours_count, 0) <> locations.observed_hours_count
