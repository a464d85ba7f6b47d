-- Grain: one row per domain, location, category, daypart, datepart (day, week, month) and period.
-- Trap: an order of two categories counts in both; rows without a category count it once, by day.
-- Ephemeral: a trend computes only the rows that it asks for by columns of the series, and in a
-- daily build only those of touched periods.
{{ config(materialized='ephemeral') }}

with

-- An order belongs to one business day and one daypart, so days add up to weeks and months. So does
-- a return: revenue and its changes are before returns.
days as (
    select
        domain,
        location_id,
        true as is_by_category,
        category,
        daypart,
        business_date,
        revenue,
        units,
        orders_with_category as orders_count,
        returned_amount
    from {{ ref('fct_daily_category_revenue') }}

    union all

    select
        domain,
        location_id,
        false as is_by_category,
        cast(null as {{ dbt.type_string() }}) as category,
        daypart,
        business_date,
        revenue,
        units,
        orders_count,
        returned_amount
    from {{ ref('fct_hourly_location_revenue') }}
),

all_series as (
    select * from {{ ref('fct_trend_series') }}
),

domains as (
    select
        domain,
        as_of_date,
        has_returns,
        {{ first_unfinished_date() }} as first_unfinished_date
    from {{ ref('dim_domains') }}
),

numbers as (
    {{ whole_numbers(65536) }}
),

-- One row per location and day from its first business day to as_of_date.
calendar as (
    select
        locations.domain,
        locations.location_id,
        locations.is_by_category,
        locations.first_business_date,
        domains.first_unfinished_date,
        domains.has_returns,
        cast(
            {{ dbt.dateadd('day', 'numbers.whole_number', 'locations.first_business_date') }}
            as date
        ) as business_date
    from (
        select distinct
            domain,
            location_id,
            is_by_category,
            first_business_date
        from all_series
    ) as locations
    inner join domains
        on locations.domain = domains.domain
    inner join numbers
        on
            {{ dbt.datediff('locations.first_business_date', 'domains.as_of_date', 'day') }}
            >= numbers.whole_number
),

-- One row per location and period. Constants tell which part a trend asks for; the others are not
-- computed.
location_periods as (
    {%- for datepart, periods in periods_in_a_year().items() %}
    select distinct
        domain,
        location_id,
        is_by_category,
        has_returns,
        '{{ datepart }}' as datepart,
        {{ period_start(datepart, 'business_date') }} as period_start,
        {{ period_start(datepart, 'business_date') }} >= first_business_date
        and {{ period_start(datepart, 'business_date', 1) }} <= first_unfinished_date
            as is_complete,
        {{ period_start(datepart, 'business_date', -1) }} >= first_business_date
            as is_after_a_period,
        {{ period_start(datepart, 'business_date', -periods) }} >= first_business_date
            as is_after_a_year
    from calendar
    where
        {{ is_touched_trend(datepart, period_start(datepart, 'business_date')) }}
        {%- if datepart != 'day' %}
        and is_by_category
        {%- endif %}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- A series has a row for every period of its location, also without a sale. The revenue of a day
-- counts in three periods: its own, and for comparison in the next one and the one a year later.
-- Grouped and not joined, so that what a trend asks for reaches each part before it is read.
parts as (
    select
        all_series.domain,
        all_series.location_id,
        all_series.is_by_category,
        all_series.category,
        all_series.daypart,
        periods.datepart,
        periods.period_start,
        'series' as part,
        periods.has_returns,
        periods.is_complete,
        periods.is_complete and periods.is_after_a_period as has_period_before,
        periods.is_complete and periods.is_after_a_year as has_year_before,
        null as revenue,
        null as units,
        null as orders_count,
        null as returned_amount
    from all_series
    inner join location_periods as periods
        on
            all_series.domain = periods.domain
            and all_series.location_id = periods.location_id
            and all_series.is_by_category = periods.is_by_category

    {%- for datepart, periods in periods_in_a_year().items() %}
    {%- for part, periods_later in [('own', 0), ('period before', 1), ('year before', periods)] %}

    union all

    select
        domain,
        location_id,
        is_by_category,
        category,
        daypart,
        '{{ datepart }}' as datepart,
        {{ period_start(datepart, 'business_date', periods_later) }} as period_start,
        '{{ part }}' as part,
        null as has_returns,
        null as is_complete,
        null as has_period_before,
        null as has_year_before,
        revenue,
        units,
        orders_count,
        returned_amount
    from days
    where
        {{ is_touched_trend(datepart, period_start(datepart, 'business_date', periods_later)) }}
        {%- if datepart != 'day' %}
        and is_by_category
        {%- endif %}
    {%- endfor %}
    {%- endfor %}
),

totals as (
    select
        domain,
        location_id,
        is_by_category,
        category,
        daypart,
        datepart,
        period_start,
        {{ dbt.bool_or('has_returns') }} as has_returns,
        {{ dbt.bool_or('is_complete') }} as is_complete,
        {%- for measure in ['revenue', 'units', 'orders_count', 'returned_amount'] %}
        coalesce(sum(case when part = 'own' then {{ measure }} end), 0) as {{ measure }},
        {%- endfor %}
        case
            when {{ dbt.bool_or('has_period_before') }}
                then coalesce(sum(case when part = 'period before' then revenue end), 0)
        end as previous_revenue,
        case
            when {{ dbt.bool_or('has_year_before') }}
                then coalesce(sum(case when part = 'year before' then revenue end), 0)
        end as year_before_revenue
    from parts
    group by
        domain,
        location_id,
        is_by_category,
        category,
        daypart,
        datepart,
        period_start
    -- Only periods of the series, not those after the last one.
    having count(is_complete) > 0
),

final as (
    select
        domain,
        location_id,
        is_by_category,
        category,
        daypart,
        datepart,
        period_start,
        {{ amount('revenue') }} as revenue,
        cast(units as bigint) as units,
        cast(orders_count as bigint) as orders_count,
        {{ amount(ratio('revenue', 'orders_count')) }} as revenue_per_order,
        case when has_returns then {{ amount('returned_amount') }} end as returned_amount,
        {{ amount('revenue - returned_amount') }} as net_sales,
        {%- for before, changed in [('previous', 'revenue'), ('year_before', 'year_revenue')] %}
        {{ amount(before ~ '_revenue') }} as {{ before }}_revenue,
        {{ amount('revenue - ' ~ before ~ '_revenue') }} as {{ changed }}_change_amount,
        case
            when {{ before }}_revenue > 0
                then {{ ratio('revenue - ' ~ before ~ '_revenue', before ~ '_revenue') }}
        end as {{ changed }}_change_rate,
        {%- endfor %}
        is_complete
    from totals
)

select * from final
