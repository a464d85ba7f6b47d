-- Which plants convert the sessions that view them, and where do the others lose sessions?
select
    product_name,
    viewed_sessions_count,
    viewed_and_bought_sessions_count,
    round(conversion_rate, 4) as conversion_rate,
    biggest_loss,
    lost_before_cart_sessions_count,
    lost_before_purchase_sessions_count
from {{ ref('product_conversion') }}
order by conversion_rate desc nulls last, product_name
