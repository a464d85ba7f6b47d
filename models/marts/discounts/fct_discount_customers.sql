-- Grain: one row per domain, customer and is_discounted with an order up to as_of_date.
{{ config(materialized='kept', replaces="is_touched('customer', 'customer_id')") }}

select
    domain,
    customer_id,
    coalesce(is_discounted, false) as is_discounted,
    count(*) as orders_count,
    {{ amount('sum(net_amount)') }} as revenue
from {{ ref('fct_orders_as_of') }}
where customer_id is not null and {{ is_touched('customer', 'customer_id') }}
group by
    domain,
    customer_id,
    coalesce(is_discounted, false)
