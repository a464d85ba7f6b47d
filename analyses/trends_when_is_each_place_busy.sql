-- When each place is busiest: its five best hours of the week, and whoever equals the fifth.
select
    domain,
    location_id,
    peak_rank,
    iso_weekday,
    hour_of_day,
    orders_per_day,
    revenue_per_day,
    orders_share
from {{ ref('peak_periods') }}
where peak_rank <= 5
order by domain, location_id, peak_rank, iso_weekday, hour_of_day
