-- Who are the top ten customers of each domain? Customers equal to the tenth are included.
with

ranked_customers as (
    select
        customer_clv.*,
        dim_customers.name,
        dim_customers.city,
        rank() over (
            partition by customer_clv.domain order by customer_clv.lifetime_value desc
        ) as lifetime_value_rank
    from {{ ref('customer_clv') }} as customer_clv
    inner join {{ ref('dim_customers') }} as dim_customers
        on
            customer_clv.domain = dim_customers.domain
            and customer_clv.customer_id = dim_customers.customer_id
)

select
    domain,
    lifetime_value_rank,
    customer_id,
    name,
    city,
    orders_count,
    lifetime_value,
    last_order_date
from ranked_customers
where lifetime_value_rank <= 10
order by domain, lifetime_value_rank, customer_id
