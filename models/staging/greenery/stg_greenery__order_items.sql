-- Grain: one row per order and product.
-- Trap: a line has no price of its own; int_greenery__order_lines allocates the order's cost.
with

source as (
    select * from {{ raw('greenery', 'order_items') }}
),

-- Reads raw orders, because staged orders depend on the lines that are checked here.
orders as (
    select
        order_id,
        max(case when left_out_reason is null then 1 else 0 end) as usable_rows_count
    from {{ raw('greenery', 'orders') }}
    where order_id is not null
    group by order_id
),

final as (
    select
        source.order_id,
        source.product_id,
        source.quantity,
        coalesce(
            source.left_out_reason,
            case
                when orders.order_id is null then 'rejected: order_id has no order'
                when orders.usable_rows_count = 0
                    then 'parent rejected: its order cannot be used'
            end
        ) as left_out_reason,
        source.raw_row,
        source.source_file,
        source.delivery
    from source
    left join orders
        on source.order_id = orders.order_id
)

select * from final
