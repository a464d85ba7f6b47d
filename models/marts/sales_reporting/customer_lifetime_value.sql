-- Grain: one row per customer of the sales domain with a sale.
-- Trap: history, not a forecast, in spite of its name. total_revenue is net of returns. Guests are
-- not here.
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

customers as (
    select
        customer_id,
        count(distinct case when not is_return then order_id end) as total_orders,
        {{ amount('sum(total_price)') }} as total_revenue,
        {{ amount('sum(case when is_return then -total_price else 0 end)') }} as returned_amount
    from sales
    where customer_id is not null
    group by customer_id
),

final as (
    select
        customers.customer_id,
        customers.total_orders,
        customers.total_revenue,
        case when return_totals.return_rows_count > 0 then customers.returned_amount end
            as returned_amount,
        {{ amount(ratio('customers.total_revenue', 'customers.total_orders')) }} as avg_order_value
    from customers
    cross join return_totals
    where customers.total_orders > 0
)

select * from final
