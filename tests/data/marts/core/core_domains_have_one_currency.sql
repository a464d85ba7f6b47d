-- Amounts in two currencies must not be added up, so a domain has only one. Mostly a second one comes
-- from orders without a currency: they get the var default_currency.
with

orders_by_currency as (
    select
        domain,
        currency,
        count(*) as orders_count,
        min(order_id) as example_order_id
    from {{ ref('fct_orders') }}
    group by domain, currency
),

final as (
    select
        domain,
        {{ dbt.listagg(
            "concat(currency, ' (', cast(orders_count as " ~ dbt.type_string() ~ "),"
            " ' orders, such as ', example_order_id, ')')",
            "', '",
            "order by orders_count desc, currency"
        ) }} as currencies,
        {{ sql_text(
            "Orders without a currency count as " ~ var('default_currency') ~ ". If they are in the"
            " other currency, build with --vars '{default_currency: XXX}'. If the orders really are"
            " in several currencies, deliver them in one."
        ) }} as what_to_do
    from orders_by_currency
    group by domain
    having count(*) > 1
)

select * from final
