-- Which plants have to be ordered now, and how many?
select
    product_name,
    inventory,
    reorder_point,
    suggested_units,
    units_per_day
from {{ ref('product_reorder') }}
where is_reorder_due
order by suggested_units desc, product_name
