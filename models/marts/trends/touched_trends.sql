-- Grain: one row per domain and period whose trends a daily build changes, and one per domain and
-- location whose trends it makes anew from the first day on.
-- Trap: it exists only during a daily build.
{{ config(materialized='touched', schema='touched', compares=['fct_trend_series']) }}

with

touched_days as (
    select distinct
        domain,
        touched_date
    from {{ ref('touched_days_and_customers') }}
),

-- A period is compared with the one before and the one a year before.
touched_periods as (
    {%- for datepart, periods in periods_in_a_year().items() %}
    {%- set outer_loop = loop %}
    {%- for periods_later in [0, 1, periods] %}
    select
        domain,
        '{{ datepart }}' as datepart,
        {{ period_start(datepart, 'touched_date', periods_later) }} as period_start
    from touched_days
    {% if not (loop.last and outer_loop.last) %}union{% endif %}
    {%- endfor %}
    {%- endfor %}
),

series_before as (
    select * from {{ before_this_build('fct_trend_series') }}
),

series_now as (
    select * from {{ ref('fct_trend_series') }}
),

whole_domains as (
    select domain from {{ touched_table('whole_domains') }}
),

series_no_more as (
    select * from series_before
    except
    select * from series_now
),

new_series as (
    select * from series_now
    except
    select * from series_before
),

-- A new series has a row for each period of its location, and so have all series if it began
-- earlier.
changed_series as (
    select * from series_no_more
    union all
    select * from new_series
    union all
    select series_now.*
    from series_now
    inner join whole_domains
        on series_now.domain = whole_domains.domain
),

final as (
    select
        domain,
        cast(null as {{ dbt.type_string() }}) as location_id,
        datepart,
        period_start
    from touched_periods

    union all

    select distinct
        domain,
        location_id,
        cast(null as {{ dbt.type_string() }}) as datepart,
        cast(null as date) as period_start
    from changed_series
)

select * from final
