-- Grain: one row per domain and order that counts as a sale, up to the domain's as_of_date.
-- Trap: a guest's order has a null customer_id: it has revenue, but no customer. net_amount is
-- before returns.
{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('fct_orders') }}
    where counts_as_sale
),

domains as (
    select * from {{ ref('dim_domains') }}
),

returns_by_order as (
    select
        returned.domain,
        returned.order_id,
        sum(returned.quantity) as returned_quantity,
        sum(returned.amount) as returned_amount
    from {{ ref('fct_returns') }} as returned
    inner join domains
        on returned.domain = domains.domain
    where returned.return_date <= domains.as_of_date
    group by
        returned.domain,
        returned.order_id
),

final as (
    select
        orders.domain,
        orders.order_id,
        orders.customer_id,
        orders.location_id,
        orders.channel,
        orders.ordered_at,
        orders.ordered_at_utc,
        orders.order_date,
        orders.units,
        orders.line_count,
        orders.gross_amount,
        orders.discount_amount,
        orders.net_amount,
        orders.shipping_amount,
        orders.tax_amount,
        orders.total_amount,
        case
            when domains.has_returns
                then cast(coalesce(returns_by_order.returned_quantity, 0) as bigint)
        end as returned_quantity,
        case
            when domains.has_returns
                then {{ amount('coalesce(returns_by_order.returned_amount, 0)') }}
        end as returned_amount,
        orders.is_discounted,
        orders.is_loyalty_order,
        orders.net_amount > 0
        and coalesce(returns_by_order.returned_amount, 0) >= orders.net_amount
            as is_returned_in_full,
        domains.as_of_date
    from orders
    inner join domains
        on orders.domain = domains.domain
    left join returns_by_order
        on
            orders.domain = returns_by_order.domain
            and orders.order_id = returns_by_order.order_id
    where orders.order_date <= domains.as_of_date
)

select * from final
