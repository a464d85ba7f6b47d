-- Grain: one row per domain with a time of day, location, weekday and hour in local time.
-- Trap: weekdays are of business days: with a start at 4, hour 1 of Friday is Saturday, 01:00.
with

orders as (
    select * from {{ ref('fct_hourly_location_revenue') }}
    where hour_of_day is not null
),

domains as (
    select
        domain,
        as_of_date,
        {{ first_unfinished_date() }} as first_unfinished_date
    from {{ ref('dim_domains') }}
),

locations as (
    select
        orders.domain,
        orders.location_id,
        min(orders.business_date) as first_business_date,
        max(domains.as_of_date) as as_of_date,
        max(domains.first_unfinished_date) as first_unfinished_date
    from orders
    inner join domains
        on orders.domain = domains.domain
    group by
        orders.domain,
        orders.location_id
),

numbers as (
    {{ whole_numbers(65536) }}
),

location_days as (
    select
        locations.domain,
        locations.location_id,
        locations.first_unfinished_date,
        cast(
            {{ dbt.dateadd('day', 'numbers.whole_number', 'locations.first_business_date') }}
            as date
        ) as business_date
    from locations
    inner join numbers
        on
            {{ dbt.datediff('locations.first_business_date', 'locations.as_of_date', 'day') }}
            >= numbers.whole_number
),

location_weekdays as (
    select
        domain,
        location_id,
        {{ iso_weekday('business_date') }} as iso_weekday,
        count(*) as days_count,
        count(case when business_date < first_unfinished_date then 1 end) as finished_days_count
    from location_days
    group by
        domain,
        location_id,
        {{ iso_weekday('business_date') }}
),

-- Hours past midnight of the last business day may be after as_of_date: they do not count.
weekday_hours as (
    select
        location_weekdays.domain,
        location_weekdays.location_id,
        location_weekdays.iso_weekday,
        numbers.whole_number as hour_of_day,
        case
            when numbers.whole_number >= {{ business_day_start_hour() }}
                then location_weekdays.days_count
            else location_weekdays.finished_days_count
        end as observed_days_count
    from location_weekdays
    inner join numbers
        on numbers.whole_number < 24
),

orders_by_weekday_and_hour as (
    select
        domain,
        location_id,
        {{ iso_weekday('business_date') }} as iso_weekday,
        hour_of_day,
        cast(sum(orders_count) as bigint) as orders_count,
        sum(revenue) as revenue,
        sum(units) as units
    from orders
    group by
        domain,
        location_id,
        {{ iso_weekday('business_date') }},
        hour_of_day
),

weekday_hours_with_orders as (
    select
        hours.domain,
        hours.location_id,
        hours.iso_weekday,
        cast(hours.hour_of_day as bigint) as hour_of_day,
        hours.observed_days_count,
        coalesce(orders.orders_count, 0) as orders_count,
        cast(coalesce(orders.units, 0) as bigint) as units,
        {{ amount('coalesce(orders.revenue, 0)') }} as revenue
    from weekday_hours as hours
    left join orders_by_weekday_and_hour as orders
        on
            hours.domain = orders.domain
            and hours.location_id = orders.location_id
            and hours.iso_weekday = orders.iso_weekday
            and hours.hour_of_day = orders.hour_of_day
    where hours.observed_days_count > 0
),

final as (
    select
        domain,
        location_id,
        iso_weekday,
        hour_of_day,
        observed_days_count,
        orders_count,
        units,
        revenue,
        {{ ratio('orders_count', 'observed_days_count') }} as orders_per_day,
        {{ amount(ratio('revenue', 'observed_days_count')) }} as revenue_per_day,
        {{ ratio('orders_count', 'sum(orders_count) over (partition by domain, location_id)') }}
            as orders_share,
        rank() over (
            partition by domain, location_id
            order by {{ ratio('orders_count', 'observed_days_count') }} desc
        ) as peak_rank
    from weekday_hours_with_orders
)

select * from final
