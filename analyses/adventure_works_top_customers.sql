-- Who are the best stores and the best persons? They are ranked separately.
with

customer_analysis as (
    select * from {{ ref('customer_analysis') }}
),

ranked as (
    select
        customer_type,
        customer_id,
        customer_name,
        territory,
        state,
        favourite_category,
        orders_count,
        revenue,
        avg_order_value,
        last_order_date,
        row_number() over (
            partition by customer_type order by revenue desc, customer_id asc
        ) as rank_within_type
    from customer_analysis
)

select
    customer_type,
    rank_within_type,
    customer_id,
    customer_name,
    territory,
    state,
    favourite_category,
    orders_count,
    revenue,
    avg_order_value,
    last_order_date
from ranked
where rank_within_type <= 10
order by
    customer_type,
    rank_within_type
