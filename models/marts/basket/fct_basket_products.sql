-- Grain: one row per domain, order up to as_of_date and product in it.
-- Trap: products that came back are here too, even all of an order: people chose them together.
-- Guests' orders count as well. An order with is_paired false has too many products for any pair.
with

order_lines as (
    select * from {{ ref('fct_order_lines_as_of') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

-- Lines of one product in one order may have different categories.
products_of_orders as (
    select
        domain,
        order_id,
        product_id,
        min(category) as category,
        max(customer_id) as customer_id,
        max(ordered_at_utc) as ordered_at_utc,
        max(order_date) as order_date,
        max(as_of_date) as as_of_date
    from order_lines
    group by
        domain,
        order_id,
        product_id
),

baskets as (
    select
        domain,
        order_id,
        max(customer_id) as customer_id,
        max(ordered_at_utc) as ordered_at_utc,
        count(*) as products_count,
        max(order_date)
        <= cast({{ dbt.dateadd('day', -var('basket_holdout_days'), 'max(as_of_date)') }} as date)
            as is_before_holdout
    from products_of_orders
    group by
        domain,
        order_id
),

holdout_orders as (
    select
        domain,
        order_id,
        row_number() over (
            partition by domain, customer_id
            order by ordered_at_utc desc, order_id desc
        ) as place_from_last
    from baskets
    where customer_id is not null and not is_before_holdout
),

final as (
    select
        products_of_orders.domain,
        products_of_orders.order_id,
        products_of_orders.product_id,
        products_of_orders.customer_id,
        products_of_orders.ordered_at_utc,
        products_of_orders.category,
        coalesce(orders.channel, '(none)') as channel,
        baskets.products_count,
        baskets.products_count <= {{ var('basket_maximum_products') }} as is_paired,
        baskets.is_before_holdout,
        coalesce(holdout_orders.place_from_last = 1, false) as is_left_out
    from products_of_orders
    inner join baskets
        on
            products_of_orders.domain = baskets.domain
            and products_of_orders.order_id = baskets.order_id
    inner join orders
        on
            products_of_orders.domain = orders.domain
            and products_of_orders.order_id = orders.order_id
    left join holdout_orders
        on
            products_of_orders.domain = holdout_orders.domain
            and products_of_orders.order_id = holdout_orders.order_id
)

select * from final
