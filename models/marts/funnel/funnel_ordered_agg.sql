-- Grain: one row per day from the first to the last session, and one for all days.
-- Trap: exclude period_type 'all' before you add up days; medians never add up.
with

sessions as (
    select
        session_date,
        funnel_viewed_at,
        funnel_carted_at,
        funnel_checked_out_at,
        {{ ratio(dbt.datediff('funnel_viewed_at', 'funnel_carted_at', 'second'), '60') }}
            as view_to_cart_minutes,
        {{ ratio(dbt.datediff('funnel_carted_at', 'funnel_checked_out_at', 'second'), '60') }}
            as cart_to_checkout_minutes,
        {{ ratio(dbt.datediff('funnel_viewed_at', 'funnel_checked_out_at', 'second'), '60') }}
            as view_to_checkout_minutes
    from {{ ref('fct_sessions') }}
),

first_and_last_day as (
    select
        min(session_date) as first_date,
        max(session_date) as last_date
    from sessions
),

numbers as (
    {{ whole_numbers(65536) }}
),

days as (
    select cast({{ dbt.dateadd('day', 'whole_number', 'first_date') }} as date) as date_day
    from first_and_last_day
    inner join numbers
        on {{ dbt.datediff('first_date', 'last_date', 'day') }} >= numbers.whole_number
),

-- Each session has two rows, for its day and for all days, because a median cannot be computed from
-- medians. Each day has one more row without a session, so that a day without sessions counts 0.
sessions_with_periods as (
    select
        'day' as period_type,
        sessions.session_date as period_date,
        sessions.*
    from sessions
    union all
    select
        'all' as period_type,
        cast(null as date) as period_date,
        sessions.*
    from sessions
    union all
    select
        'day' as period_type,
        days.date_day as period_date,
        sessions.*
    from days
    left join sessions
        on 1 = 0
),

sessions_by_period as (
    select
        period_type,
        period_date as session_date,
        count(session_date) as sessions_count,
        count(funnel_viewed_at) as viewed_sessions_count,
        count(funnel_carted_at) as carted_sessions_count,
        count(funnel_checked_out_at) as checked_out_sessions_count,
        percentile_cont(0.5) within group (order by view_to_cart_minutes)
            as median_view_to_cart_minutes,
        percentile_cont(0.5) within group (order by cart_to_checkout_minutes)
            as median_cart_to_checkout_minutes,
        percentile_cont(0.5) within group (order by view_to_checkout_minutes)
            as median_view_to_checkout_minutes
    from sessions_with_periods
    group by period_type, period_date
),

final as (
    select
        period_type,
        session_date,
        sessions_count,
        viewed_sessions_count,
        carted_sessions_count,
        checked_out_sessions_count,
        {{ ratio('carted_sessions_count', 'viewed_sessions_count') }} as view_to_cart_rate,
        {{ ratio('checked_out_sessions_count', 'carted_sessions_count') }} as cart_to_checkout_rate,
        {{ ratio('checked_out_sessions_count', 'viewed_sessions_count') }} as conversion_rate,
        median_view_to_cart_minutes,
        median_cart_to_checkout_minutes,
        median_view_to_checkout_minutes
    from sessions_by_period
)

select * from final
