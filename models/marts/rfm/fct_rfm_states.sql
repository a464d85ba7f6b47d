-- Grain: one row per user and hour after an order of that user, up to as_of_date.
-- Trap: valid_to is null for the current state. Hours are in UTC, whatever the shop's clock.
{{ config(reads_itself=true, pre_hook="{{ keep_rfm_states(this) }}") }}

with

orders as (
    select * from {{ ref('fct_orders_as_of') }}
    where domain = 'greenery' and customer_id is not null
),

-- Only orders before a full hour count at it: one at 10:00:00 counts from 11:00.
orders_by_hour as (
    select
        customer_id as user_id,
        {{ dbt.dateadd('hour', 1, dbt.date_trunc('hour', 'ordered_at_utc')) }} as valid_from,
        max(ordered_at_utc) as last_ordered_at,
        count(distinct order_id) as orders_count,
        sum(net_amount) as revenue
    from orders
    group by customer_id, {{ dbt.date_trunc('hour', 'ordered_at_utc') }}
),

final as (
    select
        user_id,
        cast(valid_from as timestamp) as valid_from,
        cast(lead(valid_from) over (partition by user_id order by valid_from) as timestamp)
            as valid_to,
        last_ordered_at,
        cast(
            sum(orders_count) over (
                partition by user_id order by valid_from
                rows between unbounded preceding and current row
            ) as bigint
        ) as frequency,
        {{ amount(
            'sum(revenue) over (partition by user_id order by valid_from'
            ~ ' rows between unbounded preceding and current row)'
        ) }} as monetary
    from orders_by_hour
)

select * from final
