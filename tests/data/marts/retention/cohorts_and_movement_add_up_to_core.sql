-- In each domain and month, cohorts and movement have the customers, orders, revenue and returns of
-- core without guests and without orders that were returned in full. Both count the same new
-- customers. A return before the customer's first order counts in its month.
with

orders as (
    select
        *,
        {{ month_start('order_date') }} as month_start_date
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null and not is_returned_in_full
),

customers as (
    select
        domain,
        customer_id,
        min(month_start_date) as first_month
    from orders
    group by domain, customer_id
),

new_customers as (
    select
        domain,
        first_month as month_start_date,
        count(*) as new_customers_count
    from customers
    group by domain, first_month
),

sold as (
    select
        domain,
        month_start_date,
        count(*) as orders_count,
        count(distinct customer_id) as active_customers_count,
        sum(net_amount) as revenue
    from orders
    group by domain, month_start_date
),

returned as (
    select
        fct_returns.domain,
        greatest({{ month_start('fct_returns.return_date') }}, customers.first_month)
            as month_start_date,
        sum(fct_returns.amount) as returned_amount
    from {{ ref('fct_returns_as_of') }} as fct_returns
    inner join customers
        on
            fct_returns.domain = customers.domain
            and fct_returns.customer_id = customers.customer_id
    where not fct_returns.is_order_returned_in_full
    group by
        fct_returns.domain,
        greatest({{ month_start('fct_returns.return_date') }}, customers.first_month)
),

cohorts as (
    select
        domain,
        month_start_date,
        sum(case when months_since_first_order = 0 then customers_count else 0 end)
            as new_customers_count,
        sum(active_customers_count) as active_customers_count,
        sum(orders_count) as orders_count,
        sum(revenue) as revenue,
        sum(returned_amount) as returned_amount,
        sum(net_sales) as net_sales
    from {{ ref('customer_cohorts') }}
    group by domain, month_start_date
),

movement as (
    select * from {{ ref('customer_movement_monthly') }}
),

final as (
    select
        coalesce(movement.domain, sold.domain) as domain,
        coalesce(movement.month_start_date, sold.month_start_date) as month_start_date,
        coalesce(new_customers.new_customers_count, 0) as new_customers_of_core,
        cohorts.new_customers_count as new_customers_of_cohorts,
        movement.new_customers_count as new_customers_of_movement,
        coalesce(sold.active_customers_count, 0) as active_customers_of_core,
        cohorts.active_customers_count as active_customers_of_cohorts,
        movement.active_customers_count as active_customers_of_movement,
        coalesce(sold.orders_count, 0) as orders_of_core,
        cohorts.orders_count as orders_of_cohorts,
        coalesce(sold.revenue, 0) as revenue_of_core,
        cohorts.revenue as revenue_of_cohorts,
        movement.active_revenue as revenue_of_movement,
        coalesce(returned.returned_amount, 0) as returned_amount_of_core,
        coalesce(cohorts.returned_amount, 0) as returned_amount_of_cohorts,
        cohorts.net_sales as net_sales_of_cohorts
    from movement
    full outer join sold
        on
            movement.domain = sold.domain
            and movement.month_start_date = sold.month_start_date
    left join cohorts
        on
            movement.domain = cohorts.domain
            and movement.month_start_date = cohorts.month_start_date
    left join new_customers
        on
            movement.domain = new_customers.domain
            and movement.month_start_date = new_customers.month_start_date
    left join returned
        on
            movement.domain = returned.domain
            and movement.month_start_date = returned.month_start_date
)

-- A month that a mart does not have is null there, and differs.
select *
from final
where
    new_customers_of_cohorts is distinct from new_customers_of_core
    or new_customers_of_movement is distinct from new_customers_of_core
    or active_customers_of_cohorts is distinct from active_customers_of_core
    or active_customers_of_movement is distinct from active_customers_of_core
    or orders_of_cohorts is distinct from orders_of_core
    or revenue_of_cohorts is distinct from revenue_of_core
    or revenue_of_movement is distinct from revenue_of_core
    or returned_amount_of_cohorts <> returned_amount_of_core
    or net_sales_of_cohorts is distinct from revenue_of_core - returned_amount_of_core
