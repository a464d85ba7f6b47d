-- What will each location sell in the next whole week, and is the forecast better than a guess?
select
    forecasts.domain,
    forecasts.location_id,
    locations.location_name,
    forecasts.category,
    forecasts.week_start_date,
    round(forecasts.units_expected, 1) as units_expected,
    round(forecasts.units_low, 1) as units_low,
    round(forecasts.units_high, 1) as units_high,
    round(accuracy.wape, 4) as error_rate,
    round(accuracy.seasonal_naive_wape, 4) as guess_error_rate,
    accuracy.is_better_than_naive
from {{ ref('demand_forecast_weekly') }} as forecasts
inner join {{ ref('dim_locations') }} as locations
    on
        forecasts.domain = locations.domain
        and forecasts.location_id = locations.location_id
left join {{ ref('demand_forecast_accuracy') }} as accuracy
    on
        forecasts.domain = accuracy.domain
        and forecasts.location_id = accuracy.location_id
        and forecasts.category = accuracy.category
        and accuracy.datepart = 'week'
where forecasts.days_ahead <= 13
order by
    forecasts.domain,
    forecasts.units_expected desc,
    forecasts.location_id,
    forecasts.category
