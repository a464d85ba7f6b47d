-- The paid amount of each greenery order in core equals staging, to the last digit.
{{ config(group='greenery') }}
with

orders as (
    select * from {{ touched_rows('stg_greenery__orders') }}
),

core as (
    select * from {{ touched_rows('fct_orders') }}
    where domain = 'greenery'
)

select
    orders.order_id,
    core.order_id as core_order_id
from orders
full outer join core
    on orders.order_id = core.order_id
where
    orders.order_id is null
    or core.order_id is null
    or orders.order_cost <> core.gross_amount
    or orders.order_total <> core.total_amount
