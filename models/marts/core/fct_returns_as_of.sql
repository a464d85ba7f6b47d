-- Grain: one row per return that counts, up to the domain's as_of_date.
-- Trap: rfm, clv, churn, cohorts and movement leave out the returns of orders that were returned in
-- full.
{{ config(materialized='view') }}

with

returns as (
    select * from {{ ref('fct_returns') }}
    where counts_as_sale
),

domains as (
    select * from {{ ref('dim_domains') }}
),

orders_returned_in_full as (
    select
        domain,
        order_id
    from {{ ref('fct_orders_as_of') }}
    where is_returned_in_full
),

final as (
    select
        returns.domain,
        returns.return_id,
        returns.order_id,
        returns.order_line_id,
        returns.customer_id,
        returns.location_id,
        returns.product_id,
        returns.returned_at,
        returns.return_date,
        returns.category,
        returns.quantity,
        returns.amount,
        orders_returned_in_full.order_id is not null as is_order_returned_in_full,
        domains.as_of_date
    from returns
    inner join domains
        on returns.domain = domains.domain
    left join orders_returned_in_full
        on
            returns.domain = orders_returned_in_full.domain
            and returns.order_id = orders_returned_in_full.order_id
    where returns.return_date <= domains.as_of_date
)

select * from final
