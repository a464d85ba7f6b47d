-- Grain: one row per domain, customer and stay in a CLV tier, from month end to month end.
-- Trap: a customer may change tier without an order, because others order; valid_to is null for the
-- current stay, valid_from is as_of_date in a month that has not ended.
-- Cost: customers x months, counted by value to find each month's limits of the tiers and never
-- stored or sorted. Only months in which a customer's value or tier changes are sorted.
with

domains as (
    select * from {{ ref('dim_domains') }}
),

numbers as (
    {{ whole_numbers(4096) }}
),

-- What an order, or a return, adds to the customer's orders and lifetime value in its own month.
changes as (
    select
        domain,
        customer_id,
        order_id,
        {{ month_start('order_date') }} as month_start_date,
        1 as orders_count,
        net_amount as lifetime_value,
        is_returned_in_full
    from {{ ref('fct_orders_as_of') }}
    where customer_id is not null

    union all

    select
        domain,
        customer_id,
        order_id,
        {{ month_start('return_date') }} as month_start_date,
        0 as orders_count,
        -amount as lifetime_value,
        is_order_returned_in_full as is_returned_in_full
    from {{ ref('fct_returns_as_of') }}
    where customer_id is not null
),

-- An order that was returned in full counts, with its returns, until the month in which nothing of
-- its worth was left.
balances_of_returned_orders as (
    select
        domain,
        customer_id,
        order_id,
        month_start_date,
        sum(sum(orders_count)) over (
            partition by domain, order_id order by month_start_date
        ) as orders_count,
        sum(sum(lifetime_value)) over (
            partition by domain, order_id order by month_start_date
        ) as lifetime_value
    from changes
    where is_returned_in_full
    group by
        domain,
        customer_id,
        order_id,
        month_start_date
),

returned_orders as (
    select
        domain,
        customer_id,
        order_id,
        month_start_date,
        case when orders_count > 0 and lifetime_value <= 0 then 0 else orders_count end
            as orders_count,
        case when orders_count > 0 and lifetime_value <= 0 then 0 else lifetime_value end
            as lifetime_value
    from balances_of_returned_orders
),

changes_of_customers as (
    select
        domain,
        customer_id,
        month_start_date,
        orders_count,
        lifetime_value
    from changes
    where not is_returned_in_full

    union all

    select
        domain,
        customer_id,
        month_start_date,
        orders_count - coalesce(
            lag(orders_count) over (partition by domain, order_id order by month_start_date), 0
        ) as orders_count,
        lifetime_value - coalesce(
            lag(lifetime_value) over (partition by domain, order_id order by month_start_date), 0
        ) as lifetime_value
    from returned_orders
),

changes_by_month as (
    select
        domain,
        customer_id,
        month_start_date,
        sum(orders_count) as orders_count,
        sum(lifetime_value) as lifetime_value
    from changes_of_customers
    group by
        domain,
        customer_id,
        month_start_date
),

-- The customer's orders and lifetime value from one month's end until the next change.
customer_values as (
    select
        domain,
        customer_id,
        month_start_date as first_month,
        lead(month_start_date) over (
            partition by domain, customer_id order by month_start_date
        ) as next_first_month,
        sum(orders_count) over (
            partition by domain, customer_id order by month_start_date
        ) as orders_count,
        sum(lifetime_value) over (
            partition by domain, customer_id order by month_start_date
        ) as lifetime_value,
        sum(case when orders_count > 0 then 1 else 0 end) over (
            partition by domain, customer_id order by month_start_date
        ) as months_with_new_orders
    from changes_by_month
),

domain_months as (
    select
        domain,
        min(month_start_date) as first_month
    from changes_by_month
    group by domain
),

months as (
    select
        domain_months.domain,
        cast(
            {{ dbt.dateadd('month', 'numbers.whole_number', 'domain_months.first_month') }} as date
        ) as month_start_date,
        domains.as_of_date
    from domain_months
    inner join domains
        on domain_months.domain = domains.domain
    inner join numbers
        on
            {{ dbt.datediff('domain_months.first_month', 'domains.as_of_date', 'month') }}
            >= numbers.whole_number
),

customers_by_value as (
    select
        months.domain,
        months.month_start_date,
        customer_values.lifetime_value,
        count(*) as customers_count
    from months
    -- One row per customer and month.
    inner join customer_values
        on
            months.domain = customer_values.domain
            and months.month_start_date >= customer_values.first_month
            and (
                customer_values.next_first_month is null
                or months.month_start_date < customer_values.next_first_month
            )
    where customer_values.orders_count > 0
    group by
        months.domain,
        months.month_start_date,
        customer_values.lifetime_value
),

customers_by_rank as (
    select
        domain,
        month_start_date,
        lifetime_value,
        customers_count,
        sum(customers_count) over (partition by domain, month_start_date) as customers_ranked,
        sum(customers_count) over (
            partition by domain, month_start_date order by lifetime_value
        ) as customers_up_to_value
    from customers_by_value
),

-- As percent_rank() in customer_clv, but of values and not of customers.
values_with_tier as (
    select
        domain,
        month_start_date,
        lifetime_value,
        {{ clv_tier(
            ratio('customers_ranked - customers_up_to_value', 'customers_ranked - 1'),
            ratio('customers_up_to_value - customers_count', 'customers_ranked - 1')
        ) }} as clv_tier
    from customers_by_rank
),

limits as (
    select
        domain,
        month_start_date,
        min(case when clv_tier = 'High' then lifetime_value end) as lowest_high,
        max(case when clv_tier = 'Low' then lifetime_value end) as highest_low
    from values_with_tier
    group by
        domain,
        month_start_date
),

months_with_limits as (
    select
        months.domain,
        months.month_start_date,
        months.as_of_date,
        limits.lowest_high,
        limits.highest_low,
        lag(limits.lowest_high) over (
            partition by months.domain order by months.month_start_date
        ) as previous_lowest_high,
        lag(limits.highest_low) over (
            partition by months.domain order by months.month_start_date
        ) as previous_highest_low
    from months
    left join limits
        on
            months.domain = limits.domain
            and months.month_start_date = limits.month_start_date
),

-- The tier of each value, and what it was with the limits of the month before.
customer_months as (
    select
        customer_values.domain,
        customer_values.customer_id,
        months.month_start_date,
        months.as_of_date,
        months.month_start_date = customer_values.first_month as has_new_value,
        {%- for limits in ['', 'previous_'] %}
        case
            when customer_values.orders_count = 0 then 'Returned'
            when customer_values.lifetime_value >= months.{{ limits }}lowest_high then 'High'
            when customer_values.lifetime_value <= months.{{ limits }}highest_low then 'Low'
            else 'Medium'
        end as {{ limits }}tier{{ ',' if not loop.last }}
        {%- endfor %}
    from months_with_limits as months
    -- One row per customer and month.
    inner join customer_values
        on
            months.domain = customer_values.domain
            and months.month_start_date >= customer_values.first_month
            and (
                customer_values.next_first_month is null
                or months.month_start_date < customer_values.next_first_month
            )
    -- Returns that come before the first order make no customer.
    where customer_values.months_with_new_orders > 0
),

possible_changes as (
    select
        domain,
        customer_id,
        month_start_date,
        as_of_date,
        tier,
        lag(tier) over (
            partition by domain, customer_id order by month_start_date
        ) as tier_before
    from customer_months
    where has_new_value or tier <> previous_tier
),

changes_of_tier as (
    select
        domain,
        customer_id,
        coalesce(tier_before, 'New') as from_tier,
        tier as to_tier,
        {{ dbt.last_day('month_start_date', 'month') }} as last_day,
        as_of_date
    from possible_changes
    where tier_before is null or tier_before <> tier
),

final as (
    select
        domain,
        customer_id,
        least(last_day, as_of_date) as valid_from,
        lead(least(last_day, as_of_date)) over (
            partition by domain, customer_id order by last_day
        ) as valid_to,
        from_tier,
        to_tier,
        last_day <= as_of_date as is_complete
    from changes_of_tier
)

select * from final
