-- Grain: one row per promotion. Sales records none, so there are no rows.
select
    domain,
    promotion_id,
    promotion_id as promotion_name,
    cast(null as {{ dbt.type_string() }}) as promotion_type,
    cast(null as date) as starts_on,
    cast(null as date) as ends_on
from {{ ref('int_sales__order_discounts') }}
group by domain, promotion_id
