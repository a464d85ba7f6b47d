-- Core's amounts of sales equal those of stg_sales without returns, to the last digit.
{{ config(group='sales') }}
with

core as (
    select
        sum(net_amount) as revenue,
        sum(units) as units,
        count(*) as orders_count
    from {{ touched_rows('fct_orders') }}
    where domain = 'sales'
),

staging as (
    select
        sum(total_price) as revenue,
        sum(quantity) as units,
        count(distinct order_id) as orders_count
    from {{ touched_rows('stg_sales') }}
    where not is_return
)

select
    core.revenue,
    staging.revenue as staged_revenue
from core
cross join staging
where
    core.revenue <> staging.revenue
    or core.units <> staging.units
    or core.orders_count <> staging.orders_count
