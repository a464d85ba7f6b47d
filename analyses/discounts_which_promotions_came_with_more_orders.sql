-- Which promotions came with more orders per day, and did it last? Those that ran alone first.
select
    domain,
    promotion_name,
    starts_on,
    ends_on,
    orders_with_promotion_count,
    discount_amount,
    before_orders_per_day,
    during_orders_per_day,
    after_orders_per_day,
    round(during_orders_change_rate, 4) as during_orders_change_rate,
    round(after_orders_change_rate, 4) as after_orders_change_rate,
    overlapping_promotions_count
from {{ ref('discount_before_after') }}
where is_window_complete
order by
    overlapping_promotions_count,
    during_orders_change_rate desc,
    domain,
    promotion_id
