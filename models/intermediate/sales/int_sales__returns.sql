-- Grain: one row per return: a line of the feed with a quantity or an amount below 0.
-- Trap: order_id is null if no sale has the return's id. Core looks for its order line then too,
-- among the customer's other orders.
{{ config(materialized='table') }}

with

returns as (
    select
        -- Returns that are equal in all of these are interchangeable.
        concat(
            order_id, '-', cast(order_date as {{ dbt.type_string() }}), '-',
            cast(row_number() over (
                partition by order_id, order_date
                order by product_id, -quantity, -total_price, ordered_at
            ) as {{ dbt.type_string() }})
        ) as return_id,
        order_id,
        product_id,
        -- The rows of one return agree on the customer, but one of them may have none.
        max(customer_id) over (partition by order_id, order_date) as customer_id,
        ordered_at as returned_at,
        ordered_at_utc as returned_at_utc,
        order_date as return_date,
        -quantity as quantity,
        -total_price as amount
    from {{ ref('stg_sales') }}
    where is_return
),

orders as (
    select * from {{ ref('int_sales__orders') }}
),

final as (
    select
        'sales' as domain,
        returns.return_id,
        orders.order_id,
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        case when orders.order_id is null then returns.customer_id else orders.customer_id end
            as customer_id,
        '(none)' as location_id,
        returns.product_id,
        returns.returned_at,
        returns.returned_at_utc,
        returns.return_date,
        cast(returns.quantity as bigint) as quantity,
        {{ line_amount('returns.amount') }} as amount,
        coalesce(orders.counts_as_sale, true) as counts_as_sale,
        false as is_linked
    from returns
    left join orders
        on returns.order_id = orders.order_id
)

select * from final
