{{ config(schema="forecast", enabled=var("unlikely_days") | length > 0) }}
-- One row per day: the days of the var `unlikely_days` are alerts, the day before the first is none.
{% for day in var("unlikely_days") %}
select
    'apples' as domain,
    '(all)' as location_id,
    'day' as datepart,
    cast('{{ day }}' as date) as period_start,
    cast(14.5 as decimal(38, 6)) as revenue,
    cast(100 as decimal(38, 6)) as revenue_expected,
    -5.0 as z_score,
    true as is_alert,
    {{ loop.last | lower }} as is_newest,
union all
{% endfor %}
select 'apples', '(all)', 'day', cast('2024-01-01' as date), 90, 100, -1.0, false, false
