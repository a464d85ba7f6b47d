-- customer_analysis and customers_by_region have core's customers and orders, each once.
with

core as (
    select
        count(distinct customer_id) as customers_count,
        count(*) as orders_count
    from {{ ref('fct_orders') }}
    where domain = 'adventure_works' and counts_as_sale
),

customers as (
    select
        count(*) as customers_count,
        coalesce(sum(orders_count), 0) as orders_count
    from {{ ref('customer_analysis') }}
),

regions as (
    select
        coalesce(sum(customers_count), 0) as customers_count,
        coalesce(sum(orders_count), 0) as orders_count
    from {{ ref('customers_by_region') }}
),

final as (
    select
        core.customers_count,
        customers.customers_count as customers_of_customer_analysis,
        regions.customers_count as customers_of_regions,
        core.orders_count,
        customers.orders_count as orders_of_customer_analysis,
        regions.orders_count as orders_of_regions
    from core
    cross join customers
    cross join regions
    where
        core.customers_count <> customers.customers_count
        or core.customers_count <> regions.customers_count
        or core.orders_count <> customers.orders_count
        or core.orders_count <> regions.orders_count
)

select * from final
