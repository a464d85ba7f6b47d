-- When is each location busiest? Its five best hours of the week; hours equal to the fifth too.
select
    peak_periods.domain,
    peak_periods.location_id,
    locations.location_name,
    locations.city,
    peak_periods.peak_rank,
    case peak_periods.iso_weekday
        when 1 then 'Monday'
        when 2 then 'Tuesday'
        when 3 then 'Wednesday'
        when 4 then 'Thursday'
        when 5 then 'Friday'
        when 6 then 'Saturday'
        when 7 then 'Sunday'
    end as weekday_name,
    peak_periods.hour_of_day,
    round(peak_periods.orders_per_day, 2) as orders_per_day,
    peak_periods.revenue_per_day,
    round(peak_periods.orders_share, 4) as orders_share
from {{ ref('peak_periods') }} as peak_periods
inner join {{ ref('dim_locations') }} as locations
    on
        peak_periods.domain = locations.domain
        and peak_periods.location_id = locations.location_id
where peak_periods.peak_rank <= 5
order by
    peak_periods.domain,
    locations.location_name,
    peak_periods.location_id,
    peak_periods.peak_rank,
    peak_periods.iso_weekday,
    peak_periods.hour_of_day
