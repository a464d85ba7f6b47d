-- The paid amount of each greenery order in core equals staging, to the last digit. What the feed's
-- total has beyond cost, shipping and tax is unexplained_amount; gross differs by rounding at most.
{{ config(group='greenery') }}
with

orders as (
    select * from {{ touched_rows('stg_greenery__orders') }}
),

core as (
    select * from {{ touched_rows('fct_orders') }}
    where domain = 'greenery'
),

shaped as (
    select * from {{ touched_rows('int_greenery__orders') }}
)

select
    orders.order_id,
    core.order_id as core_order_id,
    orders.order_cost,
    core.gross_amount,
    orders.order_total,
    core.total_amount,
    shaped.unexplained_amount
from orders
full outer join core
    on orders.order_id = core.order_id
left join shaped
    on orders.order_id = shaped.order_id
where
    orders.order_id is null
    or core.order_id is null
    or orders.order_total <> core.total_amount + shaped.unexplained_amount
    or not (
        orders.order_cost = core.gross_amount
        or (
            core.discount_amount = 0
            and {{ is_rounding('orders.order_cost - core.gross_amount', 'core.units') }}
        )
    )
