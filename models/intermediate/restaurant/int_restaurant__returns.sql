-- Grain: one row per return: an item of the feed with a quantity or a price below 0.
-- Trap: a return's options belong to it, with the signs of the feed. It may stand on a line of
-- another order; see fct_returns. So all are linked in each build, and this is a table.
{{ config(materialized='table') }}

with recursive

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

orders {{ as_inlined() }} (
    select * from {{ ref('int_restaurant__orders') }}
),

order_lines as (
    select * from {{ ref('int_restaurant__order_lines') }}
),

{{ returns_linked_to_lines('restaurant') }}

select * from final
