-- Grain: one row per domain and customer with both a discounted and a full-price order whose next
-- discount_follow_up_days have passed.
-- Trap: orders of the same day do not follow each other.
{%- set follow_up_days = var('discount_follow_up_days') %}
with

orders as (
    select
        domain,
        customer_id,
        order_date,
        as_of_date,
        is_discounted
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null and is_discounted is not null
),

days as (
    select
        domain,
        customer_id,
        order_date,
        max(as_of_date) as as_of_date,
        count(*) as orders_count,
        sum(case when is_discounted then 1 else 0 end) as discounted_orders_count
    from orders
    group by
        domain,
        customer_id,
        order_date
),

-- Only customers with both kinds: of the others there is nothing to compare.
customers_with_both as (
    select
        domain,
        customer_id
    from days
    group by
        domain,
        customer_id
    having sum(discounted_orders_count) between 1 and sum(orders_count) - 1
),

days_with_following_orders as (
    select
        days.domain,
        days.customer_id,
        days.order_date,
        max(days.discounted_orders_count) as discounted_orders_count,
        max(days.orders_count - days.discounted_orders_count) as other_orders_count,
        coalesce(sum(later_days.orders_count), 0) as following_orders_count
    from days
    inner join customers_with_both
        on
            days.domain = customers_with_both.domain
            and days.customer_id = customers_with_both.customer_id
    left join days as later_days
        on
            days.domain = later_days.domain
            and days.customer_id = later_days.customer_id
            and days.order_date < later_days.order_date
            and {{ dbt.datediff('days.order_date', 'later_days.order_date', 'day') }}
            <= {{ follow_up_days }}
    where {{ dbt.datediff('days.order_date', 'days.as_of_date', 'day') }} >= {{ follow_up_days }}
    group by
        days.domain,
        days.customer_id,
        days.order_date
),

customers as (
    select
        domain,
        customer_id,
        cast(sum(discounted_orders_count) as bigint) as discounted_orders_count,
        cast(sum(other_orders_count) as bigint) as other_orders_count,
        {{ ratio(
            'sum(discounted_orders_count * following_orders_count)', 'sum(discounted_orders_count)'
        ) }} as following_orders_per_discounted_order,
        {{ ratio('sum(other_orders_count * following_orders_count)', 'sum(other_orders_count)') }}
            as following_orders_per_other_order
    from days_with_following_orders
    group by
        domain,
        customer_id
),

final as (
    select
        domain,
        customer_id,
        discounted_orders_count,
        other_orders_count,
        following_orders_per_discounted_order,
        following_orders_per_other_order,
        following_orders_per_discounted_order - following_orders_per_other_order
            as following_orders_per_order_difference
    from customers
    where discounted_orders_count > 0 and other_orders_count > 0
)

select * from final
