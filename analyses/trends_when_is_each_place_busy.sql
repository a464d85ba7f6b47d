-- When is each location busiest? Its five best hours of the week; hours equal to the fifth too.
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
