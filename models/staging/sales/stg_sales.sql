-- Grain: one row per order line; lines have no key, and equal lines are separate facts.
-- Trap: order_id repeats. total_price is the amount paid for the line, not for one unit.
with

source as (
    select * from {{ raw('sales', 'sales') }}
),

final as (
    select
        order_id,
        customer_id,
        product_id,
        order_date,
        quantity,
        total_price,
        left_out_reason,
        raw_row,
        source_file
    from source
)

select * from final
