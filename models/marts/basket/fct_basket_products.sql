-- Grain: one row per domain, order up to as_of_date and product in it.
-- Trap: products that came back are here too, even all of an order: people chose them together.
-- Guests' orders count as well. An order with is_paired false has too many products for any pair.
with

order_lines as (
    select * from {{ ref('fct_order_lines_as_of') }}
),

orders as (
    select
        *,
        order_date
        <= cast({{ dbt.dateadd('day', -var('basket_holdout_days'), 'as_of_date') }} as date)
            as is_before_holdout
    from {{ ref('fct_orders_as_of') }}
),

-- Lines of one product in one order may have different categories.
products_of_orders as (
    select
        domain,
        order_id,
        product_id,
        min(category) as category
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
        count(*) as products_count
    from products_of_orders
    group by
        domain,
        order_id
),

last_times as (
    select
        domain,
        customer_id,
        max(ordered_at_utc) as ordered_at_utc
    from orders
    where customer_id is not null and not is_before_holdout
    group by
        domain,
        customer_id
),

-- Of orders at one time, the last by name. DuckDB ranks orders by a window on one core only, which
-- takes two thirds longer for the whole model.
left_out_orders as (
    select
        orders.domain,
        max(orders.order_id) as order_id
    from orders
    inner join last_times
        on
            orders.domain = last_times.domain
            and orders.customer_id = last_times.customer_id
            and orders.ordered_at_utc = last_times.ordered_at_utc
    where not orders.is_before_holdout
    group by
        orders.domain,
        orders.customer_id
),

final as (
    select
        products_of_orders.domain,
        products_of_orders.order_id,
        products_of_orders.product_id,
        orders.customer_id,
        orders.ordered_at_utc,
        products_of_orders.category,
        coalesce(orders.channel, '(none)') as channel,
        baskets.products_count,
        baskets.products_count <= {{ var('basket_maximum_products') }} as is_paired,
        orders.is_before_holdout,
        left_out_orders.order_id is not null as is_left_out
    from products_of_orders
    inner join baskets
        on
            products_of_orders.domain = baskets.domain
            and products_of_orders.order_id = baskets.order_id
    inner join orders
        on
            products_of_orders.domain = orders.domain
            and products_of_orders.order_id = orders.order_id
    left join left_out_orders
        on
            products_of_orders.domain = left_out_orders.domain
            and products_of_orders.order_id = left_out_orders.order_id
)

select * from final
