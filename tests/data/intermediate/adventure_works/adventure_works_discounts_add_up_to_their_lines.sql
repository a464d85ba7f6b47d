-- order_discounts has each line's discount once, and nothing else.
with

order_lines as (
    select * from {{ touched_rows('int_adventure_works__order_lines') }}
),

discounts_by_line as (
    select
        order_id,
        order_line_id,
        sum(discount_amount) as discount_amount
    from {{ touched_rows('int_adventure_works__order_discounts') }}
    group by
        order_id,
        order_line_id
),

final as (
    select
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.discount_amount,
        discounts_by_line.discount_amount as discount_amount_of_promotions
    from order_lines
    full outer join discounts_by_line
        on
            order_lines.order_id = discounts_by_line.order_id
            and order_lines.order_line_id = discounts_by_line.order_line_id
    where
        order_lines.order_id is null
        or order_lines.discount_amount <> coalesce(discounts_by_line.discount_amount, 0)
)

select * from final
