-- Grain: one row per domain, day, is_discounted and is_guest with an order up to as_of_date.
-- Trap: a line without a known cost has no margin, so revenue_with_cost is without its revenue.
{{ config(materialized='kept', replaces="is_touched('day', 'order_date')") }}

with

orders as (
    select
        *,
        coalesce(is_discounted, false) as has_discount
    from {{ ref('fct_orders_as_of') }}
    where {{ is_touched('day', 'order_date') }}
),

orders_with_cost as (
    select
        domain,
        order_id,
        sum(case when cost_amount is not null then net_amount end) as revenue_with_cost,
        sum(net_amount - cost_amount) as gross_margin
    from {{ ref('fct_order_lines_as_of') }}
    where {{ is_touched('day', 'order_date') }}
    group by
        domain,
        order_id
),

final as (
    select
        orders.domain,
        orders.order_date,
        orders.has_discount as is_discounted,
        orders.customer_id is null as is_guest,
        count(*) as orders_count,
        cast(sum(orders.units) as bigint) as units,
        {{ amount('sum(orders.gross_amount)') }} as gross_amount,
        {{ amount('sum(orders.discount_amount)') }} as discount_amount,
        {{ amount('sum(orders.net_amount)') }} as revenue,
        {{ amount('sum(orders_with_cost.revenue_with_cost)') }} as revenue_with_cost,
        {{ amount('sum(orders_with_cost.gross_margin)') }} as gross_margin
    from orders
    left join orders_with_cost
        on
            orders.domain = orders_with_cost.domain
            and orders.order_id = orders_with_cost.order_id
    group by
        orders.domain,
        orders.order_date,
        orders.has_discount,
        orders.customer_id is null
)

select * from final
