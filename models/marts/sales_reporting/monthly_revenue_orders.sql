-- Grain: one row per month, from the first to the last sale, also months without orders.
with

sales as (
    select * from {{ ref('stg_sales') }}
),

sales_by_month as (
    select
        cast({{ dbt.date_trunc('month', 'order_date') }} as date) as month_start_date,
        count(distinct order_id) as total_orders,
        sum(total_price) as total_revenue
    from sales
    group by cast({{ dbt.date_trunc('month', 'order_date') }} as date)
),

first_and_last_month as (
    select
        min(month_start_date) as first_month,
        max(month_start_date) as last_month
    from sales_by_month
),

numbers as (
    {{ whole_numbers(4096) }}
),

months as (
    select
        cast({{ dbt.dateadd('month', 'whole_number', 'first_month') }} as date) as month_start_date
    from first_and_last_month
    inner join numbers
        on {{ dbt.datediff('first_month', 'last_month', 'month') }} >= numbers.whole_number
),

final as (
    select
        substring(cast(months.month_start_date as {{ dbt.type_string() }}), 1, 7)
            as month,
        coalesce(sales_by_month.total_orders, 0) as total_orders,
        {{ amount('coalesce(sales_by_month.total_revenue, 0)') }} as total_revenue
    from months
    left join sales_by_month
        on months.month_start_date = sales_by_month.month_start_date
)

select * from final
