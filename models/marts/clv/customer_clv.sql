-- Grain: one row per domain and customer with an order up to as_of_date.
-- Trap: a tier compares customers of one domain; High in one may be less than Low in another.
with

orders as (
    select * from {{ ref('fct_orders_as_of') }}
),

customers as (
    select
        domain,
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        max(as_of_date) as as_of_date,
        count(*) as orders_count,
        {{ amount('sum(net_amount)') }} as revenue
    from orders
    where customer_id is not null
    group by
        domain,
        customer_id
),

-- percent_rank, not ntile: equal customers must get equal ranks from the top and the bottom.
customers_with_ranks as (
    select
        customers.*,
        percent_rank() over (partition by customers.domain order by customers.revenue desc)
        < cast({{ var('clv_high_share') }} as double) as is_near_top,
        percent_rank() over (partition by customers.domain order by customers.revenue)
        < cast({{ var('clv_low_share') }} as double) as is_near_bottom
    from customers
),

final as (
    select
        domain,
        customer_id,
        first_order_date,
        last_order_date,
        {{ dbt.datediff('first_order_date', 'as_of_date', 'day') }} as tenure_days,
        orders_count,
        revenue,
        {{ amount(ratio('revenue', 'orders_count')) }} as avg_order_value,
        revenue as lifetime_value,
        case
            when is_near_top and not is_near_bottom then 'High'
            when is_near_bottom and not is_near_top then 'Low'
            else 'Medium'
        end as clv_tier
    from customers_with_ranks
)

select * from final
