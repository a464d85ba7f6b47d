-- Grain: one row per domain and calendar month, from the first order of a customer to as_of_date,
-- also months without any order.
-- Trap: in a month that is not complete, a customer who has yet to order counts as lapsed.
with

active_months as (
    select
        domain,
        customer_id,
        month_start_date,
        revenue,
        lag(month_start_date) over (
            partition by domain, customer_id order by month_start_date
        ) as active_before_month,
        lag(revenue) over (
            partition by domain, customer_id order by month_start_date
        ) as active_before_revenue,
        lead(month_start_date) over (
            partition by domain, customer_id order by month_start_date
        ) as active_after_month,
        cast({{ dbt.dateadd('month', -1, 'month_start_date') }} as date) as previous_month,
        cast({{ dbt.dateadd('month', 1, 'month_start_date') }} as date) as next_month
    from {{ ref('fct_customer_months') }}
    where orders_count > 0
),

domains as (
    select * from {{ ref('dim_domains') }}
),

numbers as (
    {{ whole_numbers(4096) }}
),

movements as (
    select
        domain,
        month_start_date,
        case
            when active_before_month is null then 'new'
            when active_before_month = previous_month then 'retained'
            else 'reactivated'
        end as movement,
        revenue,
        active_before_revenue
    from active_months

    union all

    -- A customer lapses in the month after the last order.
    select
        domain,
        next_month as month_start_date,
        'lapsed' as movement,
        revenue,
        null as active_before_revenue
    from active_months
    where active_after_month is null or active_after_month > next_month
),

movements_by_month as (
    select
        domain,
        month_start_date,
        {%- for movement in ['new', 'retained', 'reactivated', 'lapsed'] %}
        sum(case when movement = '{{ movement }}' then 1 else 0 end)
            as {{ movement }}_customers_count,
        sum(case when movement = '{{ movement }}' then revenue else 0 end)
            as {{ movement }}_revenue,
        {%- endfor %}
        sum(case when movement = 'lapsed' then 0 else 1 end) as active_customers_count,
        sum(case when movement = 'lapsed' then 0 else revenue end) as active_revenue,
        sum(case when movement = 'retained' then revenue - active_before_revenue else 0 end)
            as retained_revenue_change_amount
    from movements
    group by
        domain,
        month_start_date
),

domain_months as (
    select
        domain,
        min(month_start_date) as first_month
    from active_months
    group by domain
),

months as (
    select
        domain_months.domain,
        cast(
            {{ dbt.dateadd('month', 'numbers.whole_number', 'domain_months.first_month') }} as date
        ) as month_start_date,
        domains.first_order_date,
        domains.as_of_date
    from domain_months
    inner join domains
        on domain_months.domain = domains.domain
    inner join numbers
        on
            {{ dbt.datediff('domain_months.first_month', 'domains.as_of_date', 'month') }}
            >= numbers.whole_number
),

months_with_movements as (
    select
        months.domain,
        months.month_start_date,
        months.first_order_date,
        months.as_of_date,
        {%- for movement in ['new', 'retained', 'reactivated', 'lapsed', 'active'] %}
        cast(coalesce(movements_by_month.{{ movement }}_customers_count, 0) as bigint)
            as {{ movement }}_customers_count,
        {{ amount('coalesce(movements_by_month.' ~ movement ~ '_revenue, 0)') }}
            as {{ movement }}_revenue,
        {%- endfor %}
        {{ amount('coalesce(movements_by_month.retained_revenue_change_amount, 0)') }}
            as retained_revenue_change_amount
    from months
    left join movements_by_month
        on
            months.domain = movements_by_month.domain
            and months.month_start_date = movements_by_month.month_start_date
),

months_with_month_before as (
    select
        *,
        coalesce(
            lag(active_customers_count) over (partition by domain order by month_start_date), 0
        ) as active_before_customers_count,
        coalesce(lag(active_revenue) over (partition by domain order by month_start_date), 0)
            as active_before_revenue
    from months_with_movements
),

final as (
    select
        domain,
        month_start_date,
        active_before_customers_count,
        new_customers_count,
        retained_customers_count,
        reactivated_customers_count,
        lapsed_customers_count,
        active_customers_count,
        {{ ratio('retained_customers_count', 'active_before_customers_count') }} as retention_rate,
        {{ amount('active_before_revenue') }} as active_before_revenue,
        new_revenue,
        retained_revenue,
        retained_revenue_change_amount,
        reactivated_revenue,
        lapsed_revenue,
        active_revenue,
        month_start_date >= first_order_date
        and {{ dbt.last_day('month_start_date', 'month') }} <= as_of_date as is_complete
    from months_with_month_before
)

select * from final
