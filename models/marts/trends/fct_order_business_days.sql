-- Grain: one row per domain and order up to as_of_date.
-- Trap: after midnight, business_date may be the day before order_date.
{{ config(materialized='view') }}

with

orders as (
    select * from {{ ref('fct_orders_as_of') }}
),

domains as (
    select * from {{ ref('dim_domains') }}
),

final as (
    select
        orders.domain,
        orders.order_id,
        orders.location_id,
        orders.order_date,
        -- An order without a time of day is at midnight, but belongs to its own day.
        case
            when domains.has_time_of_day then {{ business_date('orders.ordered_at') }}
            else orders.order_date
        end as business_date,
        case
            when domains.has_time_of_day then {{ daypart('orders.ordered_at') }}
            else '(all day)'
        end as daypart,
        case
            when domains.has_time_of_day
                then cast(extract(hour from orders.ordered_at) as bigint)
        end as hour_of_day,
        orders.net_amount as revenue,
        orders.units
    from orders
    inner join domains
        on orders.domain = domains.domain
)

select * from final
