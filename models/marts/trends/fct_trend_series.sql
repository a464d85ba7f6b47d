-- Grain: one row per domain, location and series: a category and daypart that was ever sold there,
-- or a daypart of all categories (category null).
with

days as (
    select
        domain,
        location_id,
        true as is_by_category,
        category,
        daypart,
        business_date
    from {{ ref('fct_daily_category_revenue') }}

    union all

    select
        domain,
        location_id,
        false as is_by_category,
        cast(null as {{ dbt.type_string() }}) as category,
        daypart,
        business_date
    from {{ ref('fct_hourly_location_revenue') }}
),

series as (
    select
        domain,
        location_id,
        is_by_category,
        category,
        daypart,
        min(business_date) as first_business_date
    from days
    group by
        domain,
        location_id,
        is_by_category,
        category,
        daypart
),

final as (
    select
        domain,
        location_id,
        is_by_category,
        category,
        daypart,
        min(first_business_date) over (partition by domain, location_id, is_by_category)
            as first_business_date
    from series
)

select * from final
