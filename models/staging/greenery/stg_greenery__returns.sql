-- Grain: one row per return of goods or money; an order may have several.
-- Trap: quantity and amount are what came back, never below 0; a return of money alone has quantity
-- 0.
with

source as (
    select * from {{ raw('greenery', 'returns') }}
),

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
        source.return_id,
        source.order_id,
        source.product_id,
        source.returned_at,
        source.returned_at_utc,
        abs(source.quantity) as quantity,
        abs(source.amount) as amount,
        coalesce(
            source.left_out_reason,
            case
                when orders.order_id is null then 'rejected: order_id has no order'
                when orders.usable_rows_count = 0
                    then 'parent rejected: its order cannot be used'
            end
        ) as left_out_reason,
        source.raw_row,
        source.source_file
    from source
    left join orders
        on source.order_id = orders.order_id
)

select * from final
