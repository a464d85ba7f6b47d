-- How much of gross sales do discounts and returns take, month by month? Complete months of a whole
-- domain.
with

domain_months as (
    select
        bridge.domain,
        bridge.month_start_date,
        sum(bridge.gross_amount) as gross_amount,
        sum(bridge.discount_amount) as discount_amount,
        sum(bridge.returned_amount) as returned_amount,
        sum(bridge.net_sales) as net_sales
    from {{ ref('net_sales_bridge_monthly') }} as bridge
    inner join {{ ref('dim_domains') }} as domains
        on bridge.domain = domains.domain
    where
        bridge.month_start_date >= domains.first_order_date
        and {{ dbt.last_day('bridge.month_start_date', 'month') }} <= domains.as_of_date
    group by bridge.domain, bridge.month_start_date
)

select
    *,
    round({{ ratio('discount_amount', 'gross_amount') }}, 4) as discount_share,
    round({{ ratio('returned_amount', 'gross_amount') }}, 4) as returned_share,
    round({{ ratio('net_sales', 'gross_amount') }}, 4) as net_sales_share
from domain_months
order by domain, month_start_date
