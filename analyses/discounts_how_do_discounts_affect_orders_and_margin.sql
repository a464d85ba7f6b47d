-- How do discounted orders differ from the others, in value and in margin? An association only.
select
    domain,
    is_discounted,
    orders_count,
    round(orders_share, 4) as orders_share,
    discount_amount,
    round(discount_rate, 4) as discount_rate,
    avg_order_value,
    avg_order_value_difference,
    avg_order_value_difference_lower,
    avg_order_value_difference_upper,
    round(gross_margin_rate, 4) as gross_margin_rate,
    is_too_small
from {{ ref('discount_effectiveness') }}
order by
    domain,
    is_discounted
