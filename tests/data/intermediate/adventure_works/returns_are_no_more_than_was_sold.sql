-- Such rows stay, for the return rate would else be too low; somebody has to look what is wrong.
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
