-- Such rows stay, because the return rate would be too low without them. Somebody must check them.
{{ config(severity='warn') }}
with

order_lines as (
    select * from {{ ref('int_adventure_works__order_lines') }}
),

final as (
    select
        order_id,
        order_line_id,
        quantity,
        returned_quantity
    from order_lines
    where returned_quantity > quantity
)

select * from final
