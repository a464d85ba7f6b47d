-- A cohort, a domain's movement and a location's bridge have a row for each month from the first to
-- that of as_of_date, and is_complete is true in all but the first and the last.
{%- set marts = {
    'customer_cohorts': 'cohort_month_start_date',
    'customer_movement_monthly': "''",
    'net_sales_bridge_monthly': 'location_id',
} %}
with

domains as (
    select * from {{ ref('dim_domains') }}
),

series as (
    {%- for mart, series in marts.items() %}
    select
        '{{ mart }}' as mart,
        domain,
        cast({{ series }} as {{ dbt.type_string() }}) as series,
        count(*) as rows_count,
        count(case when not is_complete then 1 end) as incomplete_months_count,
        min(month_start_date) as first_month,
        max(month_start_date) as last_month,
        {{ dbt.datediff('min(month_start_date)', 'max(month_start_date)', 'month') }} + 1
            as months_count,
        max(case when is_complete then {{ dbt.last_day('month_start_date', 'month') }} end)
            as last_complete_date
    from {{ ref(mart) }}
    group by domain{{ ', ' ~ series if series != "''" }}
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
    series.rows_count <> series.months_count
    or series.last_month <> {{ month_start('domains.as_of_date') }}
    or series.incomplete_months_count > 2
    or series.last_complete_date > domains.as_of_date
