-- Single steps, levels and the strict funnel count the same sessions in three ways. A level
-- includes sessions that skipped its step. The strict funnel starts with all page views; each later
-- step has at most the sessions with that step.
with

rates as (
    select * from {{ ref('product_funnel_rates_agg') }}
),

levels as (
    select * from {{ ref('funnel_levels_agg') }}
),

ordered as (
    select * from {{ ref('funnel_ordered_agg') }}
    where period_type = 'all'
),

ordered_days as (
    select
        sum(sessions_count) as sessions_count,
        sum(viewed_sessions_count) as viewed_sessions_count,
        sum(carted_sessions_count) as carted_sessions_count,
        sum(checked_out_sessions_count) as checked_out_sessions_count
    from {{ ref('funnel_ordered_agg') }}
    where period_type = 'day'
),

step_sets as (
    select
        count(*) as sessions_count,
        coalesce(sum(case when step_set = 'none' then 0 else 1 end), 0) as shopping_count,
        coalesce(sum(case when step_set in ('C', 'VC') then 1 else 0 end), 0)
            as checked_out_without_cart_count
    from {{ ref('fct_sessions') }}
),

final as (
    select
        rates.unique_session_count,
        rates.page_viewed_count,
        rates.add_to_cart_count,
        rates.checkout_count,
        levels.level_1,
        levels.level_2,
        levels.level_3,
        ordered.viewed_sessions_count,
        ordered.carted_sessions_count,
        ordered.checked_out_sessions_count
    from step_sets
    -- Without events none has a row; otherwise each has one.
    left join rates
        on 1 = 1
    left join levels
        on 1 = 1
    left join ordered
        on 1 = 1
    left join ordered_days
        on 1 = 1
    where
        step_sets.sessions_count > 0
        and not coalesce(
            rates.unique_session_count = step_sets.sessions_count
            and levels.level_1 = step_sets.shopping_count
            and levels.level_2
            = rates.add_to_cart_count + step_sets.checked_out_without_cart_count
            and levels.level_3 = rates.checkout_count
            and ordered.sessions_count = rates.unique_session_count
            and ordered.viewed_sessions_count = rates.page_viewed_count
            and ordered.carted_sessions_count <= rates.add_to_cart_count
            and ordered.checked_out_sessions_count <= rates.checkout_count
            and ordered_days.sessions_count = ordered.sessions_count
            and ordered_days.viewed_sessions_count = ordered.viewed_sessions_count
            and ordered_days.carted_sessions_count = ordered.carted_sessions_count
            and ordered_days.checked_out_sessions_count = ordered.checked_out_sessions_count,
            false
        )
)

select * from final
