-- Which plants run out first at the sales rate of the last weeks?
select
    product_name,
    inventory,
    units_per_day,
    cover_days
from {{ ref('product_stock_cover') }}
where cover_days is not null
order by cover_days, product_name
limit 10
