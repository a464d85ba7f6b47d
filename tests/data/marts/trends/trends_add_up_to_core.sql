-- Each trend has core's revenue, units and returns; trends that count an order once have core's
-- orders.
{%- set marts = {
    'sales_trends_daily': 'null',
    'sales_trends_weekly': 'null',
    'sales_trends_monthly': 'null',
    'location_trends_daily': 'sum(orders_count)',
} %}
with

core as (
    select
        domain,
        count(*) as orders_count,
        sum(units) as units,
        sum(net_amount) as revenue
    from {{ ref('fct_orders_as_of') }}
    group by domain
),

returns as (
    select
        domain,
        sum(amount) as returned_amount
    from {{ ref('fct_returns_as_of') }}
    group by domain
),

marts as (
    {%- for mart, orders_count in marts.items() %}
    select
        '{{ mart }}' as mart,
        domain,
        {{ orders_count }} as orders_count,
        sum(units) as units,
        sum(revenue) as revenue,
        sum(returned_amount) as returned_amount,
        sum(net_sales) as net_sales
    from {{ ref(mart) }}
    group by domain
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

expected as (
    {%- for mart in marts %}
    select
        '{{ mart }}' as mart,
        core.domain,
        core.orders_count,
        core.units,
        core.revenue,
        coalesce(returns.returned_amount, 0) as returned_amount
    from core
    left join returns
        on core.domain = returns.domain
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    expected.*,
    marts.domain as mart_domain,
    marts.orders_count as mart_orders_count,
    marts.units as mart_units,
    marts.revenue as mart_revenue,
    marts.returned_amount as mart_returned_amount
from expected
full outer join marts
    on
        expected.domain = marts.domain
        and expected.mart = marts.mart
where
    expected.domain is null
    or marts.domain is null
    or expected.units <> marts.units
    or expected.revenue <> marts.revenue
    or expected.returned_amount <> coalesce(marts.returned_amount, 0)
    or expected.revenue - expected.returned_amount <> marts.net_sales
    or expected.orders_count <> marts.orders_count
