-- cumulative_net_sales_per_customer is the net sales of the cohort's months up to the row's month,
-- divided by its customers.
with

cohorts as (
    select * from {{ ref('customer_cohorts') }}
)

select
    cohorts.domain,
    cohorts.cohort_month_start_date,
    cohorts.months_since_first_order,
    cohorts.cumulative_net_sales_per_customer,
    sum(earlier.net_sales) as cumulative_net_sales,
    cohorts.customers_count
from cohorts
-- One row per row of the cohort up to this one.
inner join cohorts as earlier
    on
        cohorts.domain = earlier.domain
        and cohorts.cohort_month_start_date = earlier.cohort_month_start_date
        and cohorts.months_since_first_order >= earlier.months_since_first_order
group by
    cohorts.domain,
    cohorts.cohort_month_start_date,
    cohorts.months_since_first_order,
    cohorts.cumulative_net_sales_per_customer,
    cohorts.customers_count
having
    abs(
        cohorts.cumulative_net_sales_per_customer
        - {{ amount(ratio('sum(earlier.net_sales)', 'cohorts.customers_count')) }}
    ) > 0.000001
