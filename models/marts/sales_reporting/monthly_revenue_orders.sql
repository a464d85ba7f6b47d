-- Grain: one row per month, from the first to the last sale or return, also months without any.
-- Trap: total_revenue is net of the returns of the month, whenever the goods were sold.
with

sales as (
    select * from {{ ref('stg_sales') }}
),

-- Without any return in the feed, returns are not recorded: null, not 0.
return_totals as (
    select count(*) as return_rows_count
    from sales
    where is_return
),

sales_by_month as (
    select
        {{ month_start('order_date') }} as month_start_date,
        count(distinct case when not is_return then order_id end) as total_orders,
        sum(total_price) as total_revenue,
        sum(case when is_return then -total_price else 0 end) as returned_amount
    from sales
    group by {{ month_start('order_date') }}
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
        {{ amount('coalesce(sales_by_month.total_revenue, 0)') }} as total_revenue,
        case
            when return_totals.return_rows_count > 0
                then {{ amount('coalesce(sales_by_month.returned_amount, 0)') }}
        end as returned_amount
    from months
    cross join return_totals
    left join sales_by_month
        on months.month_start_date = sales_by_month.month_start_date
)

select * from final
