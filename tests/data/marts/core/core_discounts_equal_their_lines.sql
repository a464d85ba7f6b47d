-- The discounts of promotions on a line add up to the line's discount, to the last digit.
with

discounts as (
    select
        domain,
        order_id,
        order_line_id,
        sum(discount_amount) as discount_amount
    from {{ touched_rows('fct_order_discounts') }}
    group by domain, order_id, order_line_id
)

select
    order_lines.domain,
    order_lines.order_id,
    order_lines.order_line_id
from {{ touched_rows('fct_order_lines') }} as order_lines
full outer join discounts
    on
        order_lines.domain = discounts.domain
        and order_lines.order_id = discounts.order_id
        and order_lines.order_line_id = discounts.order_line_id
where
    order_lines.order_id is null
    or order_lines.discount_amount <> coalesce(discounts.discount_amount, 0)
