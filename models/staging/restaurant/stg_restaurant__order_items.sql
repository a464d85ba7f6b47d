-- Grain: one row per order line.
-- Trap: item_price is the amount of the whole line, unless restaurant_item_price_is_per_unit says
-- otherwise, and options come on top: int_restaurant__order_lines has the line's amounts.
with

source as (
    select
        *,
        {{ is_test_traffic('app_name') }} as is_test_traffic
    from {{ raw('restaurant', 'order_items') }}
),

-- Hardly an order has lines that disagree, whatever they are worth; lines are judged of those only.
-- Read anew: DuckDB keeps in memory what is asked for twice, and `source` is whole rows.
disagreeing_orders as (
    select order_id
    from {{ raw_values('restaurant', 'order_items') }}
    group by order_id
    having
        min(restaurant_id) <> max(restaurant_id)
        or min(user_id) <> max(user_id)
        or min(upper(currency)) <> max(upper(currency))
),

lines_of_disagreeing_orders as (
    select
        raw_lines.*,
        raw_lines.left_out_reason is null
        and ({{ is_test_traffic('raw_lines.app_name') }}) is not true as is_usable
    from {{ raw('restaurant', 'order_items') }} as raw_lines
    where raw_lines.order_id in (select disagreeing_orders.order_id from disagreeing_orders)
),

-- Null, not left out: a filter makes DuckDB expect few lines and judge all of them first.
usable_values as (
    select
        order_id,
        case when is_usable then restaurant_id end as restaurant_id,
        case when is_usable then user_id end as user_id,
        case when is_usable then currency end as currency
    from lines_of_disagreeing_orders
),

-- An order is one user's, at one restaurant, in one currency; a line without user or currency
-- contradicts nobody, and the lines' times may differ.
contradicting_orders as (
    select
        order_id,
        case
            when min(restaurant_id) <> max(restaurant_id) then 'restaurant_id'
            when min(user_id) <> max(user_id) then 'user_id'
            else 'currency'
        end as contradicting_column
    from usable_values
    group by order_id
    having
        min(restaurant_id) <> max(restaurant_id)
        or min(user_id) <> max(user_id)
        or min(upper(currency)) <> max(upper(currency))
),

final as (
    select
        source.order_id,
        source.lineitem_id as order_line_id,
        source.restaurant_id,
        source.user_id,
        source.creation_time_utc as ordered_at_utc,
        source.app_name,
        source.printed_card_number,
        upper(source.currency) as currency,
        source.item_category,
        source.item_name,
        source.item_price,
        source.item_quantity as quantity,
        source.is_loyalty as is_loyalty_order_line,
        -- Test traffic comes first: what a developer sends may be broken, and is no fault.
        case
            when source.is_test_traffic then 'test traffic: app_name marks the order as a test'
            when source.left_out_reason is not null then source.left_out_reason
            when contradicting_orders.order_id is not null then concat(
                'rejected: ', contradicting_orders.contradicting_column,
                ' contradicts another line of the order'
            )
        end as left_out_reason,
        source.raw_row,
        source.source_file
    from source
    left join contradicting_orders
        on source.order_id = contradicting_orders.order_id
)

select * from final
