-- Amounts, units and line count of an order equal its lines; both facts have the same orders.
with

order_lines as (
    select
        domain,
        order_id,
        count(*) as line_count,
        sum(quantity) as units,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(net_amount) as net_amount
    from {{ touched_rows('fct_order_lines') }}
    group by domain, order_id
)

select
    coalesce(orders.domain, order_lines.domain) as domain,
    coalesce(orders.order_id, order_lines.order_id) as order_id
from {{ touched_rows('fct_orders') }} as orders
full outer join order_lines
    on
        orders.domain = order_lines.domain
        and orders.order_id = order_lines.order_id
where
    orders.order_id is null
    or order_lines.order_id is null
    or orders.line_count <> order_lines.line_count
    or orders.units <> order_lines.units
    or orders.gross_amount <> order_lines.gross_amount
    or orders.discount_amount <> order_lines.discount_amount
    or orders.net_amount <> order_lines.net_amount
