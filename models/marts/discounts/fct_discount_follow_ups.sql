-- Grain: one row per domain and customer with both a discounted and a full-price order whose next
-- discount_follow_up_days have passed.
-- Trap: orders of the same day do not follow each other.
{%- set follow_up_days = var('discount_follow_up_days') %}
{{ config(
    materialized='kept',
    replaces="is_touched('customer', 'customer_id', days_ago=var('discount_follow_up_days'))"
) }}

with

orders as (
    select
        domain,
        customer_id,
        is_discounted,
        {{ dbt.datediff('order_date', 'as_of_date', 'day') }} as days_ago
    from {{ ref('fct_orders_as_of') }}
    where
        customer_id is not null
        and is_discounted is not null
        and {{ is_touched('customer', 'customer_id', days_ago=follow_up_days) }}
),

days as (
    select
        domain,
        customer_id,
        days_ago,
        count(*) as orders_count,
        sum(case when is_discounted then 1 else 0 end) as discounted_orders_count
    from orders
    group by
        domain,
        customer_id,
        days_ago
),

-- days_ago falls with time, so later days precede.
days_with_following_orders as (
    select
        domain,
        customer_id,
        days_ago,
        discounted_orders_count,
        orders_count - discounted_orders_count as other_orders_count,
        coalesce(
            sum(orders_count) over (
                partition by domain, customer_id
                order by days_ago
                range between {{ follow_up_days }} preceding and 1 preceding
            ),
            0
        ) as following_orders_count
    from days
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
    where days_ago >= {{ follow_up_days }}
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
