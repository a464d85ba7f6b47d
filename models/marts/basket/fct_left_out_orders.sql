-- Grain: one row per domain and customer whose last order is in the holdout.
{{ config(materialized='view') }}

select
    last_orders.domain,
    last_orders.customer_id,
    last_orders.order_id
from {{ ref('fct_last_orders') }} as last_orders
inner join {{ ref('dim_domains') }} as domains
    on last_orders.domain = domains.domain
where last_orders.order_date > {{ basket_last_date_before_holdout('domains.as_of_date') }}
