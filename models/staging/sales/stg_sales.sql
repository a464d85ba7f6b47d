-- Grain: one row per order line; the feed gives a line no key, and equal lines are separate facts.
-- Trap: order_id repeats. total_price is the amount paid for the line, not for one unit.
with

source as (
    select * from {{ raw('sales', 'sales') }}
),

-- An order is one customer's, on one day: lines that disagree contradict each other.
orders as (
    select
        order_id,
        count(distinct customer_id) as customers_count,
        count(distinct order_date) as dates_count
    from source
    where left_out_reason is null
    group by order_id
),

final as (
    select
        source.order_id,
        source.customer_id,
        source.product_id,
        source.order_date,
        source.quantity,
        source.total_price,
        coalesce(
            source.left_out_reason,
            case
                when orders.customers_count > 1
                    then 'rejected: customer_id contradicts another line of the order'
                when orders.dates_count > 1
                    then 'rejected: order_date contradicts another line of the order'
            end
        ) as left_out_reason,
        source.raw_row,
        source.source_file
    from source
    left join orders
        on source.order_id = orders.order_id
)

select * from final
