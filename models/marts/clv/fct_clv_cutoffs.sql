-- Grain: one row per domain and cutoff: now (as_of_date) and holdout (a horizon earlier), if the
-- domain had an order by then.
-- Trap: parameters are fitted to fit_date, the last month end on or before the cutoff, so that
-- they move once a month; customers are scored at cutoff_date.
{{ config(materialized='view') }}

with

domains as (
    select
        domain,
        first_order_date,
        as_of_date
    from {{ ref('dim_domains') }}
),

cutoffs as (
    select
        domain,
        'now' as cutoff,
        first_order_date,
        as_of_date as cutoff_date
    from domains

    union all

    select
        domain,
        'holdout' as cutoff,
        first_order_date,
        cast({{ dbt.dateadd('day', -var('clv_horizon_days'), 'as_of_date') }} as date)
            as cutoff_date
    from domains
),

-- The last day of a month is its own month end.
cutoffs_with_month_end as (
    select
        *,
        cast(
            {{ dbt.dateadd(
                'day', -1, dbt.date_trunc('month', dbt.dateadd('day', 1, 'cutoff_date'))
            ) }} as date
        ) as month_end
    from cutoffs
    where cutoff_date >= first_order_date
),

final as (
    select
        domain,
        cutoff,
        first_order_date,
        cutoff_date,
        case when month_end >= first_order_date then month_end else cutoff_date end as fit_date,
        cast({{ var('clv_horizon_days') }} as bigint) as horizon_days,
        {{ var('clv_horizon_days') }}
        > 1.1 * {{ dbt.datediff('first_order_date', 'cutoff_date', 'day') }}
            as is_history_too_short
    from cutoffs_with_month_end
)

select * from final
