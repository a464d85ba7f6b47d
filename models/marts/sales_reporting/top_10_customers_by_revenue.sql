-- Grain: one row per customer, the ten (or fewer) with the most revenue.
-- Trap: ties are ordered by customer_id, so the tenth customer is always the same.
with

customers as (
    select * from {{ ref('customer_lifetime_value') }}
),

ranked as (
    select
        row_number() over (order by total_revenue desc, customer_id) as revenue_rank,
        customer_id,
        total_orders,
        total_revenue,
        returned_amount
    from customers
),

final as (
    select
        revenue_rank,
        customer_id,
        total_orders,
        total_revenue,
        returned_amount
    from ranked
    where revenue_rank <= 10
)

select * from final
