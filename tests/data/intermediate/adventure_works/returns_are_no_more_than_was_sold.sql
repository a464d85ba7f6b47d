-- Such rows stay, because the return rate would be too low without them. Somebody must check them.
{{ config(severity='warn') }}
with

order_lines as (
    select * from {{ ref('int_adventure_works__order_lines') }}
),

returns_by_line as (
    select
        order_id,
        order_line_id,
        sum(quantity) as returned_quantity
    from {{ ref('int_adventure_works__returns') }}
    group by
        order_id,
        order_line_id
),

final as (
    select
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.quantity,
        returns_by_line.returned_quantity
    from order_lines
    inner join returns_by_line
        on
            order_lines.order_id = returns_by_line.order_id
            and order_lines.order_line_id = returns_by_line.order_line_id
    where returns_by_line.returned_quantity > order_lines.quantity
)

select * from final
