-- Grain: one row per domain, location and calendar month, from the location's first order or return
-- to as_of_date, also months without any.
-- Trap: guests and orders that were returned in full are in it, unlike in the marts of customers.
-- total_amount is before returns, as in core.
with

orders as (
    select * from {{ ref('fct_orders_as_of') }}
),

returns as (
    select * from {{ ref('fct_returns_as_of') }}
),

domains as (
    select * from {{ ref('dim_domains') }}
),

numbers as (
    {{ whole_numbers(4096) }}
),

order_months as (
    select
        domain,
        location_id,
        {{ month_start('order_date') }} as month_start_date,
        min(order_date) as first_date,
        count(*) as orders_count,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(net_amount) as revenue,
        sum(returned_amount) as orders_returned_amount,
        sum(shipping_amount) as shipping_amount,
        sum(tax_amount) as tax_amount,
        sum(total_amount) as total_amount
    from orders
    group by
        domain,
        location_id,
        {{ month_start('order_date') }}
),

return_months as (
    select
        returns.domain,
        returns.location_id,
        {{ month_start('returns.return_date') }} as month_start_date,
        min(returns.return_date) as first_date,
        sum(returns.amount) as returned_amount,
        sum(case when orders.order_id is null then returns.amount else 0 end)
            as returned_without_order_amount
    from returns
    left join orders
        on
            returns.domain = orders.domain
            and returns.order_id = orders.order_id
    group by
        returns.domain,
        returns.location_id,
        {{ month_start('returns.return_date') }}
),

location_months as (
    select
        domain,
        location_id,
        first_date
    from order_months

    union all

    select
        domain,
        location_id,
        first_date
    from return_months
),

locations as (
    select
        domain,
        location_id,
        min(first_date) as first_date
    from location_months
    group by
        domain,
        location_id
),

months as (
    select
        locations.domain,
        locations.location_id,
        cast(
            {{ dbt.dateadd(
                'month', 'numbers.whole_number', month_start('locations.first_date')
            ) }} as date
        ) as month_start_date,
        locations.first_date,
        domains.as_of_date,
        domains.has_returns
    from locations
    inner join domains
        on locations.domain = domains.domain
    inner join numbers
        on
            {{ dbt.datediff('locations.first_date', 'domains.as_of_date', 'month') }}
            >= numbers.whole_number
),

-- What an order does not record is null, not 0: shipping, tax, and returns of a domain without any.
months_with_amounts as (
    select
        months.domain,
        months.location_id,
        months.month_start_date,
        months.first_date,
        months.as_of_date,
        coalesce(order_months.orders_count, 0) as orders_count,
        coalesce(order_months.gross_amount, 0) as gross_amount,
        coalesce(order_months.discount_amount, 0) as discount_amount,
        coalesce(order_months.revenue, 0) as revenue,
        case when months.has_returns then coalesce(return_months.returned_amount, 0) end
            as returned_amount,
        case when months.has_returns then coalesce(order_months.orders_returned_amount, 0) end
            as orders_returned_amount,
        case
            when months.has_returns
                then coalesce(return_months.returned_without_order_amount, 0)
        end as returned_without_order_amount,
        order_months.shipping_amount,
        order_months.tax_amount,
        coalesce(order_months.total_amount, 0) as total_amount
    from months
    left join order_months
        on
            months.domain = order_months.domain
            and months.location_id = order_months.location_id
            and months.month_start_date = order_months.month_start_date
    left join return_months
        on
            months.domain = return_months.domain
            and months.location_id = return_months.location_id
            and months.month_start_date = return_months.month_start_date
),

final as (
    select
        domain,
        location_id,
        month_start_date,
        orders_count,
        {{ amount('gross_amount') }} as gross_amount,
        {{ amount('discount_amount') }} as discount_amount,
        {{ amount('revenue') }} as revenue,
        {{ amount('returned_amount') }} as returned_amount,
        {{ amount('orders_returned_amount') }} as orders_returned_amount,
        {{ amount('returned_without_order_amount') }} as returned_without_order_amount,
        {{ amount('revenue - coalesce(returned_amount, 0)') }} as net_sales,
        {{ amount('revenue - coalesce(orders_returned_amount, 0)') }} as net_sales_of_orders,
        {{ amount('shipping_amount') }} as shipping_amount,
        {{ amount('tax_amount') }} as tax_amount,
        {{ amount('total_amount') }} as total_amount,
        month_start_date >= first_date
        and {{ dbt.last_day('month_start_date', 'month') }} <= as_of_date as is_complete
    from months_with_amounts
)

select * from final
