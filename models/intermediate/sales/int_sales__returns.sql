-- Grain: one row per return: a line of the feed with a quantity or an amount below 0.
-- Trap: a return may stand on a line of another order; see fct_returns. So all are linked in each
-- build, and this is a table.
{{ config(materialized='table') }}

with recursive

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
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        product_id,
        -- The rows of one return agree on the customer, but one of them may have none.
        max(customer_id) over (partition by order_id, order_date) as customer_id,
        '(none)' as location_id,
        ordered_at as returned_at,
        ordered_at_utc as returned_at_utc,
        order_date as return_date,
        -quantity as quantity,
        -total_price as amount
    from {{ ref('stg_sales') }}
    where is_return
),

orders {{ as_inlined() }} (
    select * from {{ ref('int_sales__orders') }}
),

order_lines as (
    select * from {{ ref('int_sales__order_lines') }}
),

{{ returns_linked_to_lines('sales') }}

select * from final
