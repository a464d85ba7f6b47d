-- Grain: one row per measure, domain, location, category and business day with an order.
-- Trap: the three measures count the same orders: choose one, do not add them up.
{{ config(materialized='kept', replaces="is_touched('day', 'business_date')") }}

with

daily_totals as (
    select
        domain,
        location_id,
        category,
        business_date,
        sum(units) as units,
        sum(revenue) as revenue
    from {{ ref('fct_daily_category_revenue') }}
    -- A day that has only returns has no demand.
    where orders_with_category > 0 and {{ is_touched('day', 'business_date') }}
    group by
        domain,
        location_id,
        category,
        business_date
),

final as (
    select
        'units' as measure,
        domain,
        location_id,
        category,
        business_date,
        {{ amount('units') }} as demand_value
    from daily_totals

    union all

    select
        'location_revenue' as measure,
        domain,
        location_id,
        '(all)' as category,
        business_date,
        {{ amount('sum(revenue)') }} as demand_value
    from daily_totals
    group by
        domain,
        location_id,
        business_date

    union all

    select
        'domain_revenue' as measure,
        domain,
        '(all)' as location_id,
        '(all)' as category,
        business_date,
        {{ amount('sum(revenue)') }} as demand_value
    from daily_totals
    group by
        domain,
        business_date
)

select * from final
