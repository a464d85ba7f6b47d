-- Grain: one row per domain, month of first order (cohort) and month since, up to the month of
-- as_of_date.
-- Trap: customers_count is the size of the cohort and repeats in each of its rows: not additive.
with

customer_months as (
    select * from {{ ref('fct_customer_months') }}
    where cohort_month_start_date is not null
),

domains as (
    select * from {{ ref('dim_domains') }}
),

numbers as (
    {{ whole_numbers(4096) }}
),

-- A return before the first kept order counts in the cohort's first month.
cohort_months as (
    select
        domain,
        cohort_month_start_date,
        greatest(month_start_date, cohort_month_start_date) as month_start_date,
        count(distinct case when orders_count > 0 then customer_id end) as active_customers_count,
        sum(orders_count) as orders_count,
        sum(revenue) as revenue,
        sum(returned_amount) as returned_amount
    from customer_months
    group by
        domain,
        cohort_month_start_date,
        greatest(month_start_date, cohort_month_start_date)
),

cohorts as (
    select
        domain,
        cohort_month_start_date,
        active_customers_count as customers_count
    from cohort_months
    where month_start_date = cohort_month_start_date
),

-- One row per cohort and month since, also where nobody of it ordered.
triangle as (
    select
        cohorts.domain,
        cohorts.cohort_month_start_date,
        cohorts.customers_count,
        numbers.whole_number as months_since_first_order,
        cast(
            {{ dbt.dateadd('month', 'numbers.whole_number', 'cohorts.cohort_month_start_date') }}
            as date
        ) as month_start_date,
        domains.first_order_date,
        domains.as_of_date,
        domains.has_returns
    from cohorts
    inner join domains
        on cohorts.domain = domains.domain
    inner join numbers
        on
            {{ dbt.datediff('cohorts.cohort_month_start_date', 'domains.as_of_date', 'month') }}
            >= numbers.whole_number
),

triangle_with_amounts as (
    select
        triangle.*,
        coalesce(cohort_months.active_customers_count, 0) as active_customers_count,
        cast(coalesce(cohort_months.orders_count, 0) as bigint) as orders_count,
        {{ amount('coalesce(cohort_months.revenue, 0)') }} as revenue,
        {{ amount('coalesce(cohort_months.returned_amount, 0)') }} as returned_amount,
        {{ amount('coalesce(cohort_months.revenue - cohort_months.returned_amount, 0)') }}
            as net_sales
    from triangle
    left join cohort_months
        on
            triangle.domain = cohort_months.domain
            and triangle.cohort_month_start_date = cohort_months.cohort_month_start_date
            and triangle.month_start_date = cohort_months.month_start_date
),

final as (
    select
        domain,
        cohort_month_start_date,
        cast(months_since_first_order as bigint) as months_since_first_order,
        month_start_date,
        customers_count,
        active_customers_count,
        {{ ratio('active_customers_count', 'customers_count') }} as retention_rate,
        orders_count,
        revenue,
        case when has_returns then returned_amount end as returned_amount,
        net_sales,
        {{ amount(ratio(
            'sum(net_sales) over (partition by domain, cohort_month_start_date'
            ~ ' order by months_since_first_order)',
            'customers_count'
        )) }} as cumulative_net_sales_per_customer,
        month_start_date >= first_order_date
        and {{ dbt.last_day('month_start_date', 'month') }} <= as_of_date as is_complete
    from triangle_with_amounts
)

select * from final
