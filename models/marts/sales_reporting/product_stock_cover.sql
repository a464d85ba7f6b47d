-- Grain: one row per plant of the look-up table.
-- Trap: inventory has no history; units are of the last stock_cover_days only. It is below 0 if
-- more was sold than there was: such a plant covers 0 days.
with

products as (
    select * from {{ ref('stg_greenery__products') }}
),

order_lines as (
    select
        product_id,
        quantity,
        order_date
    from {{ ref('fct_order_lines') }}
    where domain = 'greenery' and counts_as_sale
),

-- A shop that is younger than the window is measured over its own days.
observed_window as (
    select
        max(order_date) as last_date,
        least(
            {{ var('stock_cover_days') }},
            {{ dbt.datediff('min(order_date)', 'max(order_date)', 'day') }} + 1
        ) as observed_days_count
    from order_lines
),

recent_units as (
    select
        order_lines.product_id,
        sum(order_lines.quantity) as units
    from order_lines
    inner join observed_window
        on
            {{ dbt.datediff('order_lines.order_date', 'observed_window.last_date', 'day') }}
            < observed_window.observed_days_count
    group by order_lines.product_id
),

products_with_units as (
    select
        products.product_id,
        products.product_name,
        products.inventory,
        cast(observed_window.observed_days_count as bigint) as observed_days_count,
        cast(coalesce(recent_units.units, 0) as bigint) as units_sold,
        {{ ratio('coalesce(recent_units.units, 0)', 'observed_window.observed_days_count') }}
            as units_per_day
    from products
    cross join observed_window
    left join recent_units
        on products.product_id = recent_units.product_id
),

final as (
    select
        product_id,
        product_name,
        inventory,
        observed_days_count,
        units_sold,
        units_per_day,
        case
            when inventory < 0 then 0
            else {{ ratio('inventory', 'units_per_day') }}
        end as cover_days
    from products_with_units
)

select * from final
