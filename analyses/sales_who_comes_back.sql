-- How many customers came back, and after how long?
select
    case
        when total_orders = 1 then 'one order'
        when total_orders < 5 then '2 to 4 orders'
        else '5 or more orders'
    end as customer_group,
    count(*) as customers_count,
    round(avg(avg_days_between_orders), 1) as avg_days_between_orders
from {{ ref('customer_order_frequency') }}
group by
    case
        when total_orders = 1 then 'one order'
        when total_orders < 5 then '2 to 4 orders'
        else '5 or more orders'
    end
order by min(total_orders)
