-- How do discounted orders differ from the others, in value and in margin? An association only.
select
    domain,
    is_discounted,
    orders_count,
    orders_share,
    discount_amount,
    discount_rate,
    avg_order_value,
    avg_order_value_difference,
    avg_order_value_difference_lower,
    avg_order_value_difference_upper,
    gross_margin_rate,
    is_too_small
from {{ ref('discount_effectiveness') }}
order by
    domain,
    is_discounted
