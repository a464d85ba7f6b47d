-- Grain: one row per domain, location, daypart and business day, also days without any order.
-- Trap: here orders add up; in the trends by category an order of two categories counts twice.
-- depends_on: {{ ref('touched_trends') }}
{{ config(materialized='kept', replaces="is_touched_trend('day', 'business_date')") }}

select
    domain,
    location_id,
    daypart,
    period_start as business_date,
    revenue,
    units,
    orders_count,
    revenue_per_order as avg_order_value,
    returned_amount,
    net_sales,
    previous_revenue,
    revenue_change_amount,
    revenue_change_rate,
    year_before_revenue,
    year_revenue_change_amount,
    year_revenue_change_rate,
    is_complete
from {{ ref('fct_revenue_trends') }}
where datepart = 'day' and not is_by_category
