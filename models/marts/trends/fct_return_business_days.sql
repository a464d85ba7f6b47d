-- Grain: one row per return that counts, up to as_of_date.
-- Trap: the day is the return's own, the daypart that of the order which it takes back.
{{ config(materialized='view') }}

with

returns as (
    select * from {{ ref('fct_returns_as_of') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

domains as (
    select * from {{ ref('dim_domains') }}
),

-- A return at midnight is a date without a time.
returns_with_times as (
    select
        returns.domain,
        returns.return_id,
        returns.location_id,
        returns.category,
        returns.return_date,
        returns.amount,
        case when returns.order_line_id is not null then orders.ordered_at end as sold_at,
        case
            when returns.returned_at <> cast(returns.return_date as timestamp)
                then returns.returned_at
        end as returned_at,
        domains.has_time_of_day
    from returns
    inner join domains
        on returns.domain = domains.domain
    left join orders
        on
            returns.domain = orders.domain
            and returns.order_id = orders.order_id
),

final as (
    select
        domain,
        return_id,
        location_id,
        category,
        case
            when has_time_of_day and returned_at is not null
                then {{ business_date('returned_at') }}
            else return_date
        end as business_date,
        case
            when has_time_of_day and coalesce(sold_at, returned_at) is not null
                then {{ daypart('coalesce(sold_at, returned_at)') }}
            else '(all day)'
        end as daypart,
        {{ amount('amount') }} as returned_amount
    from returns_with_times
)

select * from final
