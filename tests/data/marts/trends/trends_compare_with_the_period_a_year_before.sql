-- year_before_revenue is the revenue of the period 364 days, 52 weeks or 12 months before. A
-- daily build compares the periods that it made anew.
{%- set marts = {
    'sales_trends_daily': ('business_date', 'day', 364, true),
    'sales_trends_weekly': ('week_start_date', 'week', 52, true),
    'sales_trends_monthly': ('month_start_date', 'month', 12, true),
    'location_trends_daily': ('business_date', 'day', 364, false),
} %}
{%- for mart, (period, datepart, periods, by_category) in marts.items() %}
select
    '{{ mart }}' as mart,
    trends.domain,
    trends.location_id,
    trends.daypart,
    trends.{{ period }} as period_start,
    trends.year_before_revenue,
    year_before.revenue
from (
    select * from {{ ref(mart) }}
    where {{ is_touched_trend(datepart, period) }}
) as trends
left join {{ ref(mart) }} as year_before
    on
        trends.domain = year_before.domain
        and trends.location_id = year_before.location_id
        and trends.daypart = year_before.daypart
        {%- if by_category %}
        and trends.category = year_before.category
        {%- endif %}
        and {{ dbt.dateadd(datepart, -periods, 'trends.' ~ period) }} = year_before.{{ period }}
where
    coalesce(trends.year_before_revenue, 0)
    <> case
        when trends.is_complete and year_before.is_complete then year_before.revenue else 0
    end
{% if not loop.last %}union all{% endif %}
{%- endfor %}
