-- Grain: one row per domain, location, category, daypart, datepart (day, week, month) and period.
-- Trap: an order of two categories counts in both; rows without a category count it once, by day.
-- Ephemeral: a trend computes only the rows that it asks for by columns of the series, and in a
-- daily build only those of touched periods.
{{ config(materialized='ephemeral') }}

{%- set starts = {
    'totals': 'period_start',
    'previous_totals': 'previous_start',
    'year_before_totals': 'year_before_start',
} %}
{#- A full build needs all periods. -#}
{%- set needed = 'select domain, location_id, period_start from needed_periods' %}
{%- set is_needed = '(' ~ (not build_var('incremental'))
    ~ ' or (domain, location_id, PERIOD) in (' ~ needed ~ " where datepart = 'DATEPART'))" %}
with

-- An order belongs to one business day and one daypart, so days add up to weeks and months. So does
-- a return: revenue and its changes are before returns.
category_days as (
    select * from {{ ref('fct_daily_category_revenue') }}
),

location_days as (
    select * from {{ ref('fct_hourly_location_revenue') }}
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

-- Constants tell which part a trend asks for; the others are not computed.
location_periods as (
    {%- for datepart, periods in periods_in_a_year().items() %}
    {%- set period_start = 'cast(' ~ dbt.date_trunc(datepart, 'business_date') ~ ' as date)' %}
    select distinct
        domain,
        location_id,
        is_by_category,
        first_business_date,
        has_returns,
        '{{ datepart }}' as datepart,
        {{ period_start }} as period_start,
        cast({{ dbt.dateadd(datepart, -1, period_start) }} as date) as previous_start,
        cast({{ dbt.dateadd(datepart, -periods, period_start) }} as date) as year_before_start,
        {{ period_start }} >= first_business_date
        and cast({{ dbt.dateadd(datepart, 1, period_start) }} as date) <= first_unfinished_date
            as is_complete
    from calendar
    where {{ is_touched_trend(datepart, period_start) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

needed_periods as (
    {%- for start in ['period_start', 'previous_start', 'year_before_start'] %}
    select
        domain,
        location_id,
        datepart,
        {{ start }} as period_start
    from location_periods
    {% if not loop.last %}union{% endif %}
    {%- endfor %}
),

totals as (
    {%- for datepart in periods_in_a_year() %}
    {%- set period_start = 'cast(' ~ dbt.date_trunc(datepart, 'business_date') ~ ' as date)' %}
    select
        domain,
        location_id,
        true as is_by_category,
        category,
        daypart,
        '{{ datepart }}' as datepart,
        {{ period_start }} as period_start,
        sum(revenue) as revenue,
        sum(units) as units,
        sum(orders_with_category) as orders_count,
        sum(returned_amount) as returned_amount
    from category_days
    where {{ is_needed | replace('PERIOD', period_start) | replace('DATEPART', datepart) }}
    group by
        domain,
        location_id,
        category,
        daypart,
        {{ period_start }}

    union all
    {% endfor %}
    select
        domain,
        location_id,
        false as is_by_category,
        cast(null as {{ dbt.type_string() }}) as category,
        daypart,
        'day' as datepart,
        business_date as period_start,
        sum(revenue) as revenue,
        sum(units) as units,
        sum(orders_count) as orders_count,
        sum(returned_amount) as returned_amount
    from location_days
    where {{ is_needed | replace('PERIOD', 'business_date') | replace('DATEPART', 'day') }}
    group by
        domain,
        location_id,
        daypart,
        business_date
),

-- Gaps are filled here, on totals: a series has a row for every period of its location. Only
-- complete periods are compared.
totals_with_periods_before as (
    select
        all_series.domain,
        all_series.location_id,
        all_series.is_by_category,
        all_series.category,
        all_series.daypart,
        periods.datepart,
        periods.period_start,
        periods.is_complete,
        periods.has_returns,
        coalesce(totals.revenue, 0) as revenue,
        coalesce(totals.units, 0) as units,
        coalesce(totals.orders_count, 0) as orders_count,
        coalesce(totals.returned_amount, 0) as returned_amount,
        case
            when periods.is_complete and periods.previous_start >= periods.first_business_date
                then coalesce(previous_totals.revenue, 0)
        end as previous_revenue,
        case
            when periods.is_complete and periods.year_before_start >= periods.first_business_date
                then coalesce(year_before_totals.revenue, 0)
        end as year_before_revenue
    from all_series
    inner join location_periods as periods
        on
            all_series.domain = periods.domain
            and all_series.location_id = periods.location_id
            and all_series.is_by_category = periods.is_by_category
            and (periods.is_by_category or periods.datepart = 'day')
    {%- for totals, start in starts.items() %}
    left join totals{{ ' as ' ~ totals if totals != 'totals' }}
        on
            all_series.domain = {{ totals }}.domain
            and all_series.location_id = {{ totals }}.location_id
            and all_series.is_by_category = {{ totals }}.is_by_category
            and all_series.category is not distinct from {{ totals }}.category
            and all_series.daypart = {{ totals }}.daypart
            and periods.datepart = {{ totals }}.datepart
            and periods.{{ start }} = {{ totals }}.period_start
    {%- endfor %}
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
    from totals_with_periods_before
)

select * from final
