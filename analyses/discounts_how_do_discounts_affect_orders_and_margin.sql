-- Does the same customer come back sooner after a discount, and how do discounted orders differ
-- from the others? Only the first compares like with like.
select
    domain,
    is_discounted,
    round(following_orders_per_order_difference, 4) as following_orders_per_order_difference,
    round(following_orders_per_order_difference_lower, 4)
        as following_orders_per_order_difference_lower,
    round(following_orders_per_order_difference_upper, 4)
        as following_orders_per_order_difference_upper,
    compared_customers_count,
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
