-- Which products are returned most often? Few units prove little.
select
    product_name,
    category,
    units_sold,
    units_returned,
    round(return_rate, 4) as return_rate
from {{ ref('product_demand') }}
where units_returned > 0
order by
    return_rate desc,
    units_sold desc,
    product_id asc
limit 20
