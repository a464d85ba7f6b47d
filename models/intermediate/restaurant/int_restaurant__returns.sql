-- Grain: one row per return: an item of the feed with a quantity or a price below 0.
-- Trap: a return's options belong to it, with the signs of the feed. order_line_id is the feed's,
-- and the line may have too little left: core looks for the line that the return gets.
{{ config(materialized='table') }}

with

return_items as (
    select * from {{ ref('stg_restaurant__order_items') }}
    where is_return
),

restaurants as (
    select * from {{ ref('stg_restaurant__restaurants') }}
),

option_amounts as (
    select
        order_id,
        order_line_id,
        return_date,
        sum(option_price * option_quantity) as option_amount
    from {{ ref('stg_restaurant__order_item_options') }}
    where is_return
    group by
        order_id,
        order_line_id,
        return_date
),

returns_with_amount as (
    select
        return_items.order_id,
        return_items.order_line_id,
        coalesce(return_items.item_name, '(none)') as product_id,
        return_items.user_id,
        return_items.restaurant_id,
        {{ to_local_time(
            'return_items.ordered_at_utc',
            'coalesce(restaurants.time_zone, ' ~ sql_text(var('restaurant_default_timezone')) ~ ')'
        ) }} as returned_at,
        return_items.ordered_at_utc as returned_at_utc,
        return_items.return_date,
        -return_items.quantity as quantity,
        abs(
            -- Both are below 0 in a return; so is the product here.
            return_items.item_price
            {{ '* abs(return_items.quantity)' if var('restaurant_item_price_is_per_unit') }}
            + coalesce(option_amounts.option_amount, 0)
        ) as amount
    from return_items
    left join restaurants
        on return_items.restaurant_id = restaurants.restaurant_id
    left join option_amounts
        on
            return_items.order_id = option_amounts.order_id
            and return_items.order_line_id = option_amounts.order_line_id
            and return_items.return_date = option_amounts.return_date
),

returns as (
    select
        concat(
            order_id, '-', cast(return_date as {{ dbt.type_string() }}), '-',
            cast(row_number() over (
                partition by order_id, return_date
                order by product_id, quantity, amount, order_line_id
            ) as {{ dbt.type_string() }})
        ) as return_id,
        order_id,
        order_line_id,
        product_id,
        -- The rows of one return agree on the customer, but one of them may have none.
        max(user_id) over (partition by order_id, return_date) as customer_id,
        restaurant_id as location_id,
        returned_at,
        returned_at_utc,
        return_date,
        quantity,
        amount
    from returns_with_amount
),

orders as (
    select * from {{ ref('int_restaurant__orders') }}
),

final as (
    select
        'restaurant' as domain,
        returns.return_id,
        orders.order_id,
        returns.order_line_id,
        case when orders.order_id is null then returns.customer_id else orders.customer_id end
            as customer_id,
        coalesce(orders.location_id, returns.location_id) as location_id,
        returns.product_id,
        returns.returned_at,
        returns.returned_at_utc,
        returns.return_date,
        cast(returns.quantity as bigint) as quantity,
        {{ line_amount('returns.amount') }} as amount,
        coalesce(orders.counts_as_sale, true) as counts_as_sale,
        false as is_linked
    from returns
    left join orders
        on returns.order_id = orders.order_id
)

select * from final
