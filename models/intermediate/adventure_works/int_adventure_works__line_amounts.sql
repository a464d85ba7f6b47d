-- Grain: one row per order line, as staged, with its amounts.
-- Trap: only a line with unit_price_discount has a named discount. On other lines a difference of a
-- cent is rounding, and a larger one is a discount without a name; gross is never below what was
-- paid.
{{ config(materialized='by_order', kept_as='view') }}

with

order_details as (
    select * from {{ touched_rows('stg_adventure_works__sales_order_details') }}
),

lines_with_difference as (
    select
        *,
        quantity * unit_price - line_total as difference
    from order_details
),

lines_with_discount as (
    select
        *,
        case
            when
                coalesce(unit_price_discount_rate, 0) <= 0
                and {{ is_rounding('difference', 'quantity') }}
                then 0
            else greatest(difference, 0)
        end as discount_amount
    from lines_with_difference
),

final as (
    select
        sales_order_id as order_id,
        sales_order_detail_id as order_line_id,
        product_id,
        special_offer_id,
        quantity,
        unit_price,
        {{ line_amount('line_total + discount_amount') }} as gross_amount,
        {{ line_amount('discount_amount') }} as discount_amount,
        line_total as net_amount,
        -- Paid on top of quantity times price, beyond rounding: part of gross_amount.
        case
            when not {{ is_rounding('difference', 'quantity') }} and difference < 0
                then {{ line_amount('-difference') }}
            else {{ line_amount(0) }}
        end as overpaid_amount
    from lines_with_discount
)

select * from final
