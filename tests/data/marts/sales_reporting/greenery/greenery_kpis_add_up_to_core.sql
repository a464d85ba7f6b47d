-- Orders, units, revenue and new buyers of all hours, and of all days, equal core; sessions too.
{{ config(group='greenery') }}
with

core as (
    select
        count(*) as orders_count,
        sum(units) as units,
        sum(net_amount) as revenue,
        count(distinct customer_id) as customers_count
    from {{ ref('fct_orders') }}
    where domain = 'greenery' and counts_as_sale
),

sessions as (
    select count(*) as sessions_count
    from {{ ref('fct_sessions') }}
),

{%- for mart in ['greenery_kpis_hourly', 'greenery_kpis_daily'] %}

{{ mart }} as (
    select
        '{{ mart }}' as mart,
        sum(orders_count) as orders_count,
        sum(units) as units,
        sum(revenue) as revenue,
        sum(new_buyers_count) as customers_count,
        sum(sessions_count) as sessions_count
    from {{ ref(mart) }}
),
{%- endfor %}

marts as (
    select * from greenery_kpis_hourly
    union all
    select * from greenery_kpis_daily
)

select marts.*
from marts
cross join core
cross join sessions
where
    marts.orders_count <> core.orders_count
    or marts.units <> core.units
    or marts.revenue <> core.revenue
    or marts.customers_count <> core.customers_count
    or marts.sessions_count <> sessions.sessions_count
