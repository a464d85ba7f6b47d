-- Grain: one row per return of goods or money, with its order. Core looks for its order line.
-- Trap: amount is for goods alone, without shipping; a return of money may name no product.
{{ config(materialized='table') }}

with

returns as (
    select * from {{ ref('stg_greenery__returns') }}
),

orders as (
    select * from {{ ref('int_greenery__orders') }}
),

final as (
    select
        'greenery' as domain,
        returns.return_id,
        orders.order_id,
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        orders.customer_id,
        orders.location_id,
        returns.product_id,
        returns.returned_at,
        returns.returned_at_utc,
        cast(returns.returned_at as date) as return_date,
        cast(returns.quantity as bigint) as quantity,
        {{ line_amount('returns.amount') }} as amount,
        orders.counts_as_sale,
        false as is_linked
    from returns
    -- Staging has no return without its order.
    inner join orders
        on returns.order_id = orders.order_id
)

select * from final
