-- Amounts in two currencies must not be added up, so a domain has only one. Mostly a second one
-- comes from orders without a currency, which get the var default_currency. One row per currency.
with

orders_by_currency as (
    select
        domain,
        currency,
        count(*) as orders_count,
        min(order_id) as example_order_id,
        count(*) over (partition by domain) as currencies_count
    from {{ ref('fct_orders') }}
    group by domain, currency
)

select
    domain,
    currency,
    orders_count,
    example_order_id,
    {{ sql_text(
        "Orders without a currency count as " ~ var('default_currency') ~ ". If they are in another"
        " currency of the domain, build with --vars '{default_currency: XXX}'. Orders that really"
        " are in several currencies must be delivered in one."
    ) }} as what_to_do
from orders_by_currency
where currencies_count > 1
order by domain, orders_count desc, currency
