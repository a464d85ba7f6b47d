{#-
    Revenue, units and orders per period, with changes:
      revenue_trends('week', 'week_start_date', 52)
    It writes the body of four marts (sales_trends_daily, _weekly, _monthly, location_trends_daily).
    A macro writes a body only if at least three marts share it.
    By category, an order counts in each of its categories; with by_category=false it counts once.
    An order belongs to one business day and one daypart, so days add up to weeks and months. So does
    a return: revenue and its changes are before returns, returned_amount and net_sales beside them.
    periods_in_a_year: how many periods back the year before is; 364 days, so that a Saturday is
    compared with a Saturday.
-#}
{%- macro revenue_trends(datepart, period, periods_in_a_year, by_category=true) -%}
{%- set series = ['domain', 'location_id'] + (['category'] if by_category else []) + ['daypart'] -%}
{%- set orders = 'orders_with_category' if by_category else 'orders_count' -%}
{%- set period_of_business_date = 'cast(' ~ dbt.date_trunc(datepart, 'business_date') ~ ' as date)' -%}
{%- set changes = [('previous', 'revenue', 1), ('year_before', 'year_revenue', periods_in_a_year)] -%}
with

daily_totals as (
    {%- if by_category %}
    select * from {{ ref('fct_daily_category_revenue') }}
    {%- else %}
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
    {%- endif %}
),

domains as (
    select
        domain,
        as_of_date,
        has_returns,
        {{ first_unfinished_date() }} as first_unfinished_date
    from {{ ref('dim_domains') }}
),

totals as (
    select
        {{ series | join(',\n        ') }},
        {{ period_of_business_date }} as period_start,
        sum(revenue) as revenue,
        sum(units) as units,
        sum({{ orders }}) as {{ orders }},
        sum(returned_amount) as returned_amount
    from daily_totals
    group by
        {{ series | join(',\n        ') }},
        {{ period_of_business_date }}
),

ever_sold as (
    select distinct
        {{ series | join(',\n        ') }}
    from totals
),

locations as (
    select
        daily_totals.domain,
        daily_totals.location_id,
        min(daily_totals.business_date) as first_business_date,
        max(domains.as_of_date) as as_of_date,
        max(domains.first_unfinished_date) as first_unfinished_date,
        max(case when domains.has_returns then 1 else 0 end) = 1 as has_returns
    from daily_totals
    inner join domains
        on daily_totals.domain = domains.domain
    group by
        daily_totals.domain,
        daily_totals.location_id
),

locations_with_first_period as (
    select
        locations.*,
        {{ dbt.date_trunc(datepart, 'first_business_date') }} as first_period_start,
        {{ dbt.date_trunc(datepart, 'as_of_date') }} as last_period_start
    from locations
),

numbers as (
    {{ whole_numbers(65536) }}
),

location_periods as (
    select
        locations.domain,
        locations.location_id,
        locations.first_business_date,
        locations.first_unfinished_date,
        locations.has_returns,
        cast(
            {{ dbt.dateadd(datepart, 'numbers.whole_number', 'locations.first_period_start') }} as date
        ) as period_start
    from locations_with_first_period as locations
    inner join numbers
        on
            {{ dbt.datediff('locations.first_period_start', 'locations.last_period_start', datepart) }}
            >= numbers.whole_number
),

location_periods_with_completeness as (
    select
        domain,
        location_id,
        period_start,
        has_returns,
        period_start >= first_business_date
        and cast({{ dbt.dateadd(datepart, 1, 'period_start') }} as date) <= first_unfinished_date
            as is_complete
    from location_periods
),

-- Gaps are filled here, on totals: a series has a row for every period of its location.
totals_without_gaps as (
    select
        {%- for column in series %}
        ever_sold.{{ column }},
        {%- endfor %}
        periods.period_start,
        coalesce(totals.revenue, 0) as revenue,
        coalesce(totals.units, 0) as units,
        coalesce(totals.{{ orders }}, 0) as {{ orders }},
        coalesce(totals.returned_amount, 0) as returned_amount,
        periods.has_returns,
        periods.is_complete
    from ever_sold
    inner join location_periods_with_completeness as periods
        on
            ever_sold.domain = periods.domain
            and ever_sold.location_id = periods.location_id
    left join totals
        on
            periods.period_start = totals.period_start
            {%- for column in series %}
            and ever_sold.{{ column }} = totals.{{ column }}
            {%- endfor %}
),

-- There are no gaps, so lag() by n rows is lag by n periods. Only complete periods are compared.
totals_with_periods_before as (
    select
        totals_without_gaps.*,
        {%- for before, _, periods_before in changes %}
        case
            when
                is_complete
                and lag(is_complete, {{ periods_before }}) over (
                    partition by {{ series | join(', ') }} order by period_start
                )
                then lag(revenue, {{ periods_before }}) over (
                    partition by {{ series | join(', ') }} order by period_start
                )
        end as {{ before }}_revenue{{ ',' if not loop.last }}
        {%- endfor %}
    from totals_without_gaps
),

final as (
    select
        {%- for column in series %}
        {{ column }},
        {%- endfor %}
        period_start as {{ period }},
        {{ amount('revenue') }} as revenue,
        cast(units as bigint) as units,
        cast({{ orders }} as bigint) as {{ orders }},
        {{ amount(ratio('revenue', orders)) }}
            as {{ 'revenue_per_order_with_category' if by_category else 'avg_order_value' }},
        case when has_returns then {{ amount('returned_amount') }} end as returned_amount,
        {{ amount('revenue - returned_amount') }} as net_sales,
        {%- for before, changed, _ in changes %}
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
{%- endmacro -%}
