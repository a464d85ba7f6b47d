-- Grain: one row per AdventureWorks customer, person or store, with at least one sale.
-- Trap: n orders have n - 1 gaps between them; one order has none, so its mean is null.
with

orders as (
    select *
    from {{ ref('fct_orders') }}
    where domain = 'adventure_works' and counts_as_sale
),

order_lines as (
    select *
    from {{ ref('fct_order_lines') }}
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

customers_with_orders as (
    select
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        count(*) as orders_count,
        {{ amount('sum(net_amount)') }} as revenue
    from orders
    group by customer_id
),

revenue_by_category as (
    select
        customer_id,
        category,
        sum(net_amount) as revenue
    from order_lines
    group by
        customer_id,
        category
),

ranked_categories as (
    select
        customer_id,
        category,
        row_number() over (
            partition by customer_id order by revenue desc, category asc
        ) as category_rank
    from revenue_by_category
),

favourite_categories as (
    select
        customer_id,
        category as favourite_category
    from ranked_categories
    where category_rank = 1
),

final as (
    select
        customers_with_orders.customer_id,
        customers_with_orders.first_order_date,
        customers_with_orders.last_order_date,
        case
            when customer_accounts.store_id is not null then 'store'
            when customer_accounts.person_id is not null then 'person'
            else 'unknown'
        end as customer_type,
        customers.name as customer_name,
        customers.region as territory,
        customers.state,
        favourite_categories.favourite_category,
        customers_with_orders.orders_count,
        customers_with_orders.revenue,
        {{ amount(ratio('customers_with_orders.revenue', 'customers_with_orders.orders_count')) }}
            as avg_order_value,
        {{ ratio(
            dbt.datediff(
                'customers_with_orders.first_order_date', 'customers_with_orders.last_order_date', 'day'
            ),
            'customers_with_orders.orders_count - 1'
        ) }} as avg_days_between_orders,
        rank() over (order by customers_with_orders.revenue desc) as revenue_rank
    from customers_with_orders
    inner join favourite_categories
        on customers_with_orders.customer_id = favourite_categories.customer_id
    left join customers
        on customers_with_orders.customer_id = customers.customer_id
    left join customer_accounts
        on customers_with_orders.customer_id = customer_accounts.customer_id
)

select * from final
