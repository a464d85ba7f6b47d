-- Grain: one row per plant of the look-up table.
-- Trap: inventory is that of the last delivery of products, whatever as_of_date is.
{%- set lead_days = var('reorder_lead_days') %}
{%- set cycle_days = lead_days + var('reorder_review_days') %}
{%- set service_z = var('reorder_service_z') %}
with

products as (
    select * from {{ ref('stg_greenery__products') }}
),

domains as (
    select * from {{ ref('dim_domains') }}
    where domain = 'greenery'
),

order_lines as (
    select
        product_id,
        quantity,
        {{ dbt.datediff('order_date', 'as_of_date', 'day') }} as days_ago
    from {{ ref('fct_order_lines_as_of') }}
    where domain = 'greenery'
),

-- A shop that is younger than a window is measured over its own days.
observed_windows as (
    select
        least(days_count, {{ var('forecast_level_days') }}) as level_days,
        least(days_count, {{ var('forecast_dispersion_days') }}) as dispersion_days
    from (select max(days_ago) + 1 as days_count from order_lines) as observed
    where days_count is not null
),

units_by_day as (
    select
        product_id,
        days_ago,
        sum(quantity) as units
    from order_lines
    group by
        product_id,
        days_ago
),

product_totals as (
    select
        units_by_day.product_id,
        sum(case when units_by_day.days_ago < windows.level_days then units_by_day.units else 0 end)
            as level_units,
        sum(
            case when units_by_day.days_ago < windows.dispersion_days then units_by_day.units end
        ) as dispersion_units,
        sum(
            case
                when units_by_day.days_ago < windows.dispersion_days
                    then units_by_day.units * units_by_day.units
            end
        ) as squared_units
    from units_by_day
    cross join observed_windows as windows
    group by units_by_day.product_id
),

-- As in the forecast, without weekdays: dispersion is the variance of a day over its mean.
products_with_demand as (
    select
        products.product_id,
        products.product_name,
        products.inventory,
        domains.as_of_date,
        cast(windows.level_days as bigint) as observed_days_count,
        case
            when windows.level_days is not null
                then cast(coalesce(totals.level_units, 0) as bigint)
        end as units_sold,
        greatest(
            coalesce(
                {{ ratio(
                    'totals.squared_units - '
                    ~ ratio('totals.dispersion_units * totals.dispersion_units', 'windows.dispersion_days'),
                    'totals.dispersion_units'
                ) }},
                1
            ),
            1
        ) as dispersion
    from products
    cross join domains
    left join observed_windows as windows
        on true
    left join product_totals as totals
        on products.product_id = totals.product_id
),

products_with_needs as (
    select
        *,
        {{ ratio(lead_days ~ ' * units_sold', 'observed_days_count') }} as lead_units,
        {{ ratio(cycle_days ~ ' * units_sold', 'observed_days_count') }} as cycle_units
    from products_with_demand
),

-- Rounded to six digits first: 2.0000000000000004 units are 2.
products_with_reorder_points as (
    select
        *,
        cast(
            ceil(round(lead_units + {{ service_z }} * sqrt(dispersion * lead_units), 6)) as bigint
        ) as reorder_point,
        cast(
            ceil(round(cycle_units + {{ service_z }} * sqrt(dispersion * cycle_units), 6)) as bigint
        ) as order_up_to_units
    from products_with_needs
),

final as (
    select
        product_id,
        product_name,
        as_of_date,
        inventory,
        observed_days_count,
        units_sold,
        {{ ratio('units_sold', 'observed_days_count') }} as units_per_day,
        dispersion,
        reorder_point,
        inventory <= reorder_point and inventory < order_up_to_units as is_reorder_due,
        case
            when inventory <= reorder_point then greatest(order_up_to_units - inventory, 0)
            when inventory > reorder_point then 0
        end as suggested_units
    from products_with_reorder_points
)

select * from final
