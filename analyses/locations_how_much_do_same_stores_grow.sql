-- How much do stores grow that were open in both years: by more orders, or by larger ones?
select
    domain,
    count(*) as same_stores_count,
    sum(same_store_growth_amount) as same_store_growth_amount,
    round({{ ratio('sum(same_store_growth_amount)', 'sum(previous_period_net_sales)') }}, 4)
        as same_store_growth_rate,
    round({{ ratio('sum(traffic_growth_amount)', 'sum(previous_period_net_sales)') }}, 4)
        as traffic_growth_rate,
    round({{ ratio('sum(ticket_growth_amount)', 'sum(previous_period_net_sales)') }}, 4)
        as ticket_growth_rate
from {{ ref('location_performance') }}
where is_same_store
group by domain
order by domain
