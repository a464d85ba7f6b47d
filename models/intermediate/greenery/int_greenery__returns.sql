-- Grain: one row per return of goods or money.
-- Trap: amount is for goods alone, without shipping; a return of money may name no product.
{{ config(materialized='table') }}

with recursive

returns as (
    select
        return_id,
        order_id,
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        product_id,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        cast(null as {{ dbt.type_string() }}) as location_id,
        returned_at,
        returned_at_utc,
        cast(returned_at as date) as return_date,
        quantity,
        amount
    from {{ ref('stg_greenery__returns') }}
),

orders {{ as_inlined() }} (
    select * from {{ ref('int_greenery__orders') }}
),

order_lines as (
    select * from {{ ref('int_greenery__order_lines') }}
),

{{ returns_linked_to_lines('greenery') }}

select * from final
