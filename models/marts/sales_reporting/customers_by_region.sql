-- Grain: one row per AdventureWorks sales territory, even without buyers.
-- Trap: everything counts in the customer's own territory, not in the order's.
with

orders as (
    select *
    from {{ ref('fct_orders') }}
    where domain = 'adventure_works' and counts_as_sale
),

customers as (
    select *
    from {{ ref('dim_customers') }}
    where domain = 'adventure_works'
),

customer_accounts as (
    select * from {{ ref('stg_adventure_works__customers') }}
),

sales_territories as (
    select * from {{ ref('stg_adventure_works__sales_territories') }}
),

orders_by_customer as (
    select
        customer_id,
        count(*) as orders_count,
        sum(net_amount) as revenue
    from orders
    group by customer_id
),

customers_with_territory as (
    select
        customers.customer_id,
        coalesce(customer_accounts.territory_id, '(none)') as territory_id,
        customer_accounts.customer_id as known_customer_id,
        orders_by_customer.customer_id as buyer_id,
        orders_by_customer.orders_count,
        orders_by_customer.revenue
    from customers
    left join customer_accounts
        on customers.customer_id = customer_accounts.customer_id
    left join orders_by_customer
        on customers.customer_id = orders_by_customer.customer_id
),

customers_by_territory as (
    select
        territory_id,
        count(known_customer_id) as known_customers_count,
        count(buyer_id) as customers_count,
        cast(coalesce(sum(orders_count), 0) as bigint) as orders_count,
        {{ amount('coalesce(sum(revenue), 0)') }} as revenue
    from customers_with_territory
    group by territory_id
),

all_territory_ids as (
    select territory_id from sales_territories
    union distinct
    select territory_id from customers_by_territory
),

territories_with_counts as (
    select
        all_territory_ids.territory_id,
        case
            when all_territory_ids.territory_id = '(none)' then '(none)'
            else coalesce(sales_territories.territory_name, 'Unknown')
        end as region,
        sales_territories.territory_group,
        sales_territories.country_region_code as country,
        coalesce(customers_by_territory.known_customers_count, 0) as known_customers_count,
        coalesce(customers_by_territory.customers_count, 0) as customers_count,
        coalesce(customers_by_territory.orders_count, 0) as orders_count,
        {{ amount('coalesce(customers_by_territory.revenue, 0)') }} as revenue
    from all_territory_ids
    left join sales_territories
        on all_territory_ids.territory_id = sales_territories.territory_id
    left join customers_by_territory
        on all_territory_ids.territory_id = customers_by_territory.territory_id
),

final as (
    select
        territory_id,
        region,
        territory_group,
        country,
        known_customers_count,
        customers_count,
        orders_count,
        revenue,
        {{ ratio('customers_count', 'sum(customers_count) over ()') }} as customers_share,
        {{ ratio('revenue', 'sum(revenue) over ()') }} as revenue_share
    from territories_with_counts
)

select * from final
