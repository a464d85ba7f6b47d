-- Grain: one row per domain, location, category, daypart and business day, also without any order.
-- Trap: orders do not add up over categories; the year before is 364 days before.
-- depends_on: {{ ref('touched_trends') }}
{{ config(materialized='kept', replaces="is_touched_trend('day', 'business_date')") }}

select
    domain,
    location_id,
    category,
    daypart,
    period_start as business_date,
    revenue,
    units,
    orders_count as orders_with_category,
    revenue_per_order as revenue_per_order_with_category,
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
where datepart = 'day' and is_by_category
