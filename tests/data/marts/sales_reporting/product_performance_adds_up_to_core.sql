-- The products and months of a domain have core's units, revenue and returns that count.
with

sales as (
    select
        domain,
        sum(quantity) as units,
        sum(net_amount) as revenue
    from {{ ref('fct_order_lines') }}
    where counts_as_sale
    group by domain
),

returns as (
    select
        domain,
        sum(quantity) as returned_quantity,
        sum(amount) as returned_amount
    from {{ ref('fct_returns') }}
    where counts_as_sale
    group by domain
),

mart as (
    select
        domain,
        sum(units) as units,
        sum(revenue) as revenue,
        sum(returned_quantity) as returned_quantity,
        sum(returned_amount) as returned_amount,
        sum(net_sales) as net_sales
    from {{ ref('product_performance') }}
    group by domain
)

select
    sales.domain,
    mart.domain as mart_domain,
    sales.revenue,
    mart.revenue as mart_revenue,
    returns.returned_amount,
    mart.returned_amount as mart_returned_amount
from sales
full outer join mart
    on sales.domain = mart.domain
left join returns
    on sales.domain = returns.domain
where
    sales.domain is null
    or mart.domain is null
    or sales.units <> mart.units
    or sales.revenue <> mart.revenue
    or coalesce(returns.returned_quantity, 0) <> coalesce(mart.returned_quantity, 0)
    or coalesce(returns.returned_amount, 0) <> coalesce(mart.returned_amount, 0)
    or sales.revenue - coalesce(returns.returned_amount, 0) <> mart.net_sales
