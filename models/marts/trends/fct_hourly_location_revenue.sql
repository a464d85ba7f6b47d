-- Grain: one row per domain, location, business day, daypart and hour with an order, and one
-- without an hour per daypart with a return.
-- Trap: returned_amount stands only in the rows without an hour.
{{ config(materialized='kept', replaces="is_touched('day', 'business_date')") }}

with

orders as (
    select * from {{ ref('fct_order_business_days') }}
    where
        {{ is_touched('day', 'order_date', and_next_day=true) }}
        and {{ is_touched('day', 'business_date') }}
),

returns as (
    select * from {{ ref('fct_return_business_days') }}
    where {{ is_touched('day', 'business_date') }}
),

orders_and_returns as (
    select
        domain,
        location_id,
        business_date,
        daypart,
        hour_of_day,
        revenue,
        units,
        1 as orders_count,
        0 as returned_amount
    from orders

    union all

    select
        domain,
        location_id,
        business_date,
        daypart,
        cast(null as bigint) as hour_of_day,
        0 as revenue,
        0 as units,
        0 as orders_count,
        returned_amount
    from returns
),

final as (
    select
        domain,
        location_id,
        business_date,
        daypart,
        hour_of_day,
        {{ amount('sum(revenue)') }} as revenue,
        cast(sum(units) as bigint) as units,
        cast(sum(orders_count) as bigint) as orders_count,
        {{ amount('sum(returned_amount)') }} as returned_amount
    from orders_and_returns
    group by
        domain,
        location_id,
        business_date,
        daypart,
        hour_of_day
)

select * from final
