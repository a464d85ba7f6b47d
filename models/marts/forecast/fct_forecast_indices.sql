-- Grain: one row per measure, domain, location, origin and day, from the days that the level is
-- measured over to the last day that is forecast.
-- Trap: an index knows only days up to its origin, so a day has another one at each origin.
{%- set location = 'measure, domain, location_id, origin_date' %}
-- A year as in the trends: 52 whole weeks.
{%- set year_days = 364 %}
{%- set window_days = var('forecast_dispersion_days') %}
-- The last week may begin on the last day of the horizon.
{%- set last_day = var('forecast_horizon_days') + 6 %}
with

origins as (
    select * from {{ ref('fct_forecast_origins') }}
),

numbers as (
    {{ whole_numbers(1024) }}
),

location_days as (
    select
        measure,
        domain,
        location_id,
        business_date,
        cast(sum(demand_value) as double) as location_value
    from {{ ref('fct_daily_demand') }}
    group by
        measure,
        domain,
        location_id,
        business_date
),

-- The only place where days meet origins: whatever follows knows nothing later.
known_days as (
    select
        location_days.measure,
        location_days.domain,
        location_days.location_id,
        origins.origin_date,
        location_days.business_date,
        location_days.location_value,
        {{ dbt.datediff('location_days.business_date', 'origins.origin_date', 'day') }} as days_ago
    from location_days
    inner join origins
        on
            location_days.domain = origins.domain
            and location_days.business_date <= origins.origin_date
),

locations as (
    select
        {{ location }},
        max(days_ago) + 1 as history_days,
        min(days_ago) as silent_days,
        count(case when days_ago < {{ year_days }} then 1 end) as recent_days_count
    from known_days
    group by {{ location }}
),

-- Closed: at its pace, silence included, the location would have had many days with an order
-- since its last. So a daily seller is closed after two weeks, a weekly one after some months.
locations_at_origins as (
    select
        *,
        recent_days_count = 0
        or silent_days * recent_days_count
        >= {{ var('forecast_closed_days') }} * least(history_days, {{ year_days }}) as is_closed,
        -- Whole weeks, so that all weekdays occur equally often.
        least(history_days - mod(history_days, 7), {{ year_days }}) as weekday_days
    from locations
),

weekday_totals as (
    select
        known_days.measure,
        known_days.domain,
        known_days.location_id,
        known_days.origin_date,
        {{ iso_weekday('known_days.business_date') }} as iso_weekday,
        count(*) as days_with_orders_count,
        {{ sum_in_any_order('known_days.location_value') }} as weekday_value
    from known_days
    inner join locations_at_origins as locations
        on
            known_days.measure = locations.measure
            and known_days.domain = locations.domain
            and known_days.location_id = locations.location_id
            and known_days.origin_date = locations.origin_date
            and known_days.days_ago < locations.weekday_days
    group by
        known_days.measure,
        known_days.domain,
        known_days.location_id,
        known_days.origin_date,
        {{ iso_weekday('known_days.business_date') }}
),

week_totals as (
    select
        {{ location }},
        {{ sum_in_any_order('weekday_value') }} as week_value
    from weekday_totals
    group by {{ location }}
    having
        sum(days_with_orders_count) >= {{ var('forecast_weekday_days') }}
        and sum(weekday_value) > 0
),

-- Seasons and growth are of the trade: pooled over locations that were open for both years.
days_of_two_years as (
    select
        known_days.measure,
        known_days.domain,
        known_days.origin_date,
        cast(extract(month from known_days.business_date) as bigint) as month_of_year,
        known_days.days_ago,
        known_days.location_value
    from known_days
    inner join locations_at_origins as locations
        on
            known_days.measure = locations.measure
            and known_days.domain = locations.domain
            and known_days.location_id = locations.location_id
            and known_days.origin_date = locations.origin_date
    where
        locations.history_days >= {{ 2 * year_days }}
        and not locations.is_closed
        and known_days.days_ago < {{ 2 * year_days }}
),

growth as (
    select
        measure,
        domain,
        origin_date,
        least(
            greatest(
                coalesce(
                    {{ ratio(
                        sum_in_any_order(
                            'case when days_ago < ' ~ year_days ~ ' then location_value end'
                        ),
                        sum_in_any_order(
                            'case when days_ago >= ' ~ year_days ~ ' then location_value end'
                        )
                    ) }},
                    1
                ),
                {{ var('forecast_minimum_growth') }}
            ),
            {{ var('forecast_maximum_growth') }}
        ) as yearly_growth
    from days_of_two_years
    group by
        measure,
        domain,
        origin_date
    having count(*) >= {{ var('forecast_season_days') }}
),

-- Without growth taken out, the month of the origin would look like a strong one.
month_totals as (
    select
        days_of_two_years.measure,
        days_of_two_years.domain,
        days_of_two_years.origin_date,
        days_of_two_years.month_of_year,
        {{ sum_in_any_order(
            'days_of_two_years.location_value * power(growth.yearly_growth, '
            ~ ratio('days_of_two_years.days_ago', year_days) ~ ')'
        ) }} as month_value
    from days_of_two_years
    inner join growth
        on
            days_of_two_years.measure = growth.measure
            and days_of_two_years.domain = growth.domain
            and days_of_two_years.origin_date = growth.origin_date
    group by
        days_of_two_years.measure,
        days_of_two_years.domain,
        days_of_two_years.origin_date,
        days_of_two_years.month_of_year
),

month_lengths as (
    select
        growth.measure,
        growth.domain,
        growth.origin_date,
        cast(extract(month from {{ dbt.dateadd(
            'day', '-1 * numbers.whole_number', 'growth.origin_date'
        ) }}) as bigint) as month_of_year,
        count(*) as days_count
    from growth
    inner join numbers
        on numbers.whole_number < {{ 2 * year_days }}
    group by
        growth.measure,
        growth.domain,
        growth.origin_date,
        cast(extract(month from {{ dbt.dateadd(
            'day', '-1 * numbers.whole_number', 'growth.origin_date'
        ) }}) as bigint)
),

two_years_totals as (
    select
        measure,
        domain,
        origin_date,
        {{ sum_in_any_order('month_value') }} as two_years_value
    from month_totals
    group by
        measure,
        domain,
        origin_date
),

month_indices as (
    select
        month_lengths.measure,
        month_lengths.domain,
        month_lengths.origin_date,
        month_lengths.month_of_year,
        {{ ratio(
            'greatest(coalesce(month_totals.month_value, 0), 0)', 'month_lengths.days_count'
        ) }}
        / nullif(
            {{ ratio(
                'two_years.two_years_value',
                2 * year_days
            ) }},
            0
        ) as month_index
    from month_lengths
    inner join two_years_totals as two_years
        on
            month_lengths.measure = two_years.measure
            and month_lengths.domain = two_years.domain
            and month_lengths.origin_date = two_years.origin_date
    left join month_totals
        on
            month_lengths.measure = month_totals.measure
            and month_lengths.domain = month_totals.domain
            and month_lengths.origin_date = month_totals.origin_date
            and month_lengths.month_of_year = month_totals.month_of_year
),

days as (
    select
        locations.measure,
        locations.domain,
        locations.location_id,
        locations.origin_date,
        locations.history_days,
        locations.is_closed,
        {{ last_day }} - numbers.whole_number as days_ahead,
        cast({{ dbt.dateadd(
            'day', last_day ~ ' - numbers.whole_number', 'locations.origin_date'
        ) }} as date) as business_date
    from locations_at_origins as locations
    inner join numbers
        on
            numbers.whole_number
            < {{ last_day }} + least(locations.history_days, {{ window_days }})
),

final as (
    select
        days.measure,
        days.domain,
        days.location_id,
        days.origin_date,
        days.business_date,
        cast(days.days_ahead as bigint) as days_ahead,
        cast(days.history_days as bigint) as history_days,
        case
            when week_totals.week_value is null then 1
            else
                greatest(7 * coalesce(weekday_totals.weekday_value, 0) / week_totals.week_value, 0)
        end
        * coalesce(month_indices.month_index, 1)
        * coalesce(power(growth.yearly_growth, {{ ratio('days.days_ahead', year_days) }}), 1)
            as demand_index,
        growth.yearly_growth is not null as is_seasonal,
        days.is_closed
    from days
    left join week_totals
        on
            days.measure = week_totals.measure
            and days.domain = week_totals.domain
            and days.location_id = week_totals.location_id
            and days.origin_date = week_totals.origin_date
    left join weekday_totals
        on
            days.measure = weekday_totals.measure
            and days.domain = weekday_totals.domain
            and days.location_id = weekday_totals.location_id
            and days.origin_date = weekday_totals.origin_date
            and {{ iso_weekday('days.business_date') }} = weekday_totals.iso_weekday
    left join growth
        on
            days.measure = growth.measure
            and days.domain = growth.domain
            and days.origin_date = growth.origin_date
    left join month_indices
        on
            days.measure = month_indices.measure
            and days.domain = month_indices.domain
            and days.origin_date = month_indices.origin_date
            and cast(extract(month from days.business_date) as bigint) = month_indices.month_of_year
)

select * from final
