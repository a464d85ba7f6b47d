-- Which share of each month's new customers ordered 1, 3, 6 and 12 months later, and how much had
-- they spent on average after a year? Complete months only.
select
    domain,
    cohort_month_start_date,
    max(customers_count) as customers_count,
    {%- for months in [1, 3, 6, 12] %}
    round(max(case when months_since_first_order = {{ months }} then retention_rate end), 4)
        as month_{{ months }}_retention_rate,
    {%- endfor %}
    max(case when months_since_first_order = 12 then cumulative_net_sales_per_customer end)
        as year_net_sales_per_customer
from {{ ref('customer_cohorts') }}
where is_complete
group by domain, cohort_month_start_date
order by domain, cohort_month_start_date
