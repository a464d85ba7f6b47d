-- A series has a row for each period from its first to the period of as_of_date.
{%- set marts = {
    'sales_trends_daily': ('day', 'business_date', ', category'),
    'sales_trends_weekly': ('week', 'week_start_date', ', category'),
    'sales_trends_monthly': ('month', 'month_start_date', ', category'),
    'location_trends_daily': ('day', 'business_date', ''),
} %}
with

domains as (
    select * from {{ ref('dim_domains') }}
),

series as (
    {%- for mart, (datepart, period, category) in marts.items() %}
    select
        '{{ mart }}' as mart,
        domain,
        count(*) as rows_count,
        {{ dbt.datediff('min(' ~ period ~ ')', 'max(' ~ period ~ ')', datepart) }} + 1
            as periods_count,
        max({{ period }}) as last_period,
        cast({{ dbt.dateadd(datepart, 1, 'max(' ~ period ~ ')') }} as date) as next_period
    from {{ ref(mart) }}
    group by domain, location_id, daypart{{ category }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    series.*,
    domains.as_of_date
from series
inner join domains
    on series.domain = domains.domain
where
    series.rows_count <> series.periods_count
    or domains.as_of_date < series.last_period
    or domains.as_of_date >= series.next_period
