-- At which hours of the day do people visit, and at which do they buy?
select
    extract(hour from date_hour) as hour_of_day,
    sum(sessions_count) as sessions_count,
    sum(orders_count) as orders_count,
    round({{ ratio('sum(converted_sessions_count)', 'sum(sessions_count)') }}, 4) as conversion_rate
from {{ ref('greenery_kpis_hourly') }}
group by extract(hour from date_hour)
order by hour_of_day
