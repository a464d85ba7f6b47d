-- Grain: one row per domain, location, category, daypart, datepart (day, week, month) and period.
-- Trap: an order of two categories counts in both; rows without a category count it once, by day.
-- A view: DuckDB computes only the rows that a trend asks for, if it asks by columns of the series.
{{ config(materialized='view') }}

{%- set series = 'domain, location_id, is_by_category, category, daypart, datepart' %}
{%- set of_series = 'over (partition by ' ~ series ~ ' order by period_start)' %}
with

-- An order belongs to one business day and one daypart, so days add up to weeks and months. So does
-- a return: revenue and its changes are before returns.
category_days as (
    select * from {{ ref('fct_daily_category_revenue') }}
),

orders_and_returns as (
    select
        domain,
        location_id,
        daypart,
        business_date,
        revenue,
        units,
        1 as orders_count,
        0 as returned_amount
    from {{ ref('fct_order_business_days') }}

    union all

    select
        domain,
        location_id,
        daypart,
        business_date,
        0 as revenue,
        0 as units,
        0 as orders_count,
        returned_amount
    from {{ ref('fct_return_business_days') }}
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

-- Constants tell which part a trend asks for; the others are not computed.
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
    from orders_and_returns
    group by
        domain,
        location_id,
        daypart,
        business_date
),

ever_sold as (
    select distinct {{ series }}
    from totals
),

first_days as (
    select
        domain,
        location_id,
        true as is_by_category,
        min(business_date) as first_business_date
    from category_days
    group by
        domain,
        location_id

    union all

    select
        domain,
        location_id,
        false as is_by_category,
        min(business_date) as first_business_date
    from orders_and_returns
    group by
        domain,
        location_id
),

locations as (
    select
        first_days.*,
        domains.as_of_date,
        domains.first_unfinished_date,
        domains.has_returns
    from first_days
    inner join domains
        on first_days.domain = domains.domain
),

-- One row per location and day from its first business day to as_of_date.
location_days as (
    select
        locations.*,
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

location_periods as (
    {%- for datepart in periods_in_a_year() %}
    {%- set period_start = 'cast(' ~ dbt.date_trunc(datepart, 'business_date') ~ ' as date)' %}
    select distinct
        domain,
        location_id,
        is_by_category,
        has_returns,
        '{{ datepart }}' as datepart,
        {{ period_start }} as period_start,
        {{ period_start }} >= first_business_date
        and cast({{ dbt.dateadd(datepart, 1, period_start) }} as date) <= first_unfinished_date
            as is_complete
    from location_days
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- Gaps are filled here, on totals: a series has a row for every period of its location.
totals_without_gaps as (
    select
        ever_sold.*,
        periods.period_start,
        periods.is_complete,
        periods.has_returns,
        coalesce(totals.revenue, 0) as revenue,
        case when periods.is_complete then coalesce(totals.revenue, 0) end as complete_revenue,
        coalesce(totals.units, 0) as units,
        coalesce(totals.orders_count, 0) as orders_count,
        coalesce(totals.returned_amount, 0) as returned_amount
    from ever_sold
    inner join location_periods as periods
        on
            ever_sold.domain = periods.domain
            and ever_sold.location_id = periods.location_id
            and ever_sold.is_by_category = periods.is_by_category
            and ever_sold.datepart = periods.datepart
    left join totals
        on
            ever_sold.domain = totals.domain
            and ever_sold.location_id = totals.location_id
            and ever_sold.category is not distinct from totals.category
            and ever_sold.daypart = totals.daypart
            and ever_sold.datepart = totals.datepart
            and periods.period_start = totals.period_start
),

-- There are no gaps, so the row n rows before is the period n periods before. Only complete periods
-- are compared. A frame of one row in place of lag(revenue, n): clients of DuckDB 1.1 cannot read a
-- view with that.
totals_with_periods_before as (
    select
        *,
        case when is_complete then lag(complete_revenue) {{ of_series }} end as previous_revenue,
        case
            {%- for datepart, periods in periods_in_a_year().items() %}
            {%- set before = of_series | replace(
                'period_start)',
                'period_start rows between %s preceding and %s preceding)' | format(periods, periods)
            ) %}
            when is_complete and datepart = '{{ datepart }}'
                then max(complete_revenue) {{ before }}
            {%- endfor %}
        end as year_before_revenue
    from totals_without_gaps
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
