-- Grain: one row per order line or return; lines have no key, and equal lines are separate facts.
-- Trap: a return has its quantity and total_price below 0, so that sums are net of returns.
-- total_price is the amount paid for the line, not for one unit.
with

source as (
    select * from {{ raw('sales', 'sales') }}
),

final as (
    select
        order_id,
        customer_id,
        product_id,
        order_date as ordered_at,
        order_date_utc as ordered_at_utc,
        cast(order_date as date) as order_date,
        case when is_return then -abs(quantity) else quantity end as quantity,
        case when is_return then -abs(total_price) else total_price end as total_price,
        cost_amount,
        is_return,
        left_out_reason,
        raw_row,
        source_file,
        delivery
    from source
)

select * from final
