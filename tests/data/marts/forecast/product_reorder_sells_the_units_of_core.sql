-- The plants' units are those of core's last days. A sold plant may be missing from the look-up
-- table: then it cannot be reordered.
with

products as (
    select
        units_sold,
        observed_days_count,
        as_of_date
    from {{ ref('product_reorder') }}
),

core as (
    select sum(order_lines.quantity) as units
    from {{ ref('fct_order_lines_as_of') }} as order_lines
    inner join {{ ref('product_reorder') }} as reorder
        on
            order_lines.product_id = reorder.product_id
            and {{ dbt.datediff('order_lines.order_date', 'reorder.as_of_date', 'day') }}
            < reorder.observed_days_count
    where order_lines.domain = 'greenery'
),

marts as (
    select sum(units_sold) as units
    from products
)

select
    'greenery' as domain,
    core.units,
    marts.units as mart_units
from core
cross join marts
where coalesce(core.units, 0) <> coalesce(marts.units, 0)
