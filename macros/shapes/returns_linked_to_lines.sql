{%- macro returns_linked_to_lines(domain) -%}
-- A return belongs to the order of its id. Otherwise its customer may have an order that it is for.
returns_with_buyer as (
    select
        returns.return_id,
        returns.order_line_id as named_order_line_id,
        returns.product_id,
        returns.location_id,
        returns.returned_at,
        returns.returned_at_utc,
        returns.return_date,
        returns.quantity,
        returns.amount,
        orders.order_id as own_order_id,
        orders.location_id as own_location_id,
        orders.counts_as_sale as own_counts_as_sale,
        case when orders.order_id is null then returns.customer_id else orders.customer_id end
            as customer_id,
        case
            when orders.customer_id is not null then concat('customer ', orders.customer_id)
            when orders.order_id is not null then concat('order ', orders.order_id)
            when returns.customer_id is not null then concat('customer ', returns.customer_id)
        end as buyer
    from returns
    left join orders
        on returns.order_id = orders.order_id
),

-- Without a buyer or a product there is no line to look for.
returns_in_order as (
    select
        *,
        row_number() over (
            partition by buyer, product_id
            order by returned_at, return_id
        ) as step
    from returns_with_buyer
    where buyer is not null and product_id is not null
),

buyers as (
    select buyer
    from returns_in_order
    group by buyer
),

orders_with_buyer as (
    select
        order_id,
        location_id,
        counts_as_sale,
        case
            when customer_id is not null then concat('customer ', customer_id)
            else concat('order ', order_id)
        end as buyer
    from orders
),

lines_of_buyers as (
    select
        buyers.buyer,
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.product_id,
        order_lines.ordered_at_utc,
        order_lines.order_date,
        order_lines.category,
        order_lines.quantity,
        orders_with_buyer.location_id,
        orders_with_buyer.counts_as_sale
    from order_lines
    inner join orders_with_buyer
        on order_lines.order_id = orders_with_buyer.order_id
    inner join buyers
        on orders_with_buyer.buyer = buyers.buyer
),

-- One row per return and line that it may get. A return at midnight is a date without a time.
possible_lines as (
    select
        returns_in_order.buyer,
        returns_in_order.product_id,
        returns_in_order.step,
        lines.order_id,
        lines.order_line_id,
        lines.location_id,
        lines.category,
        lines.counts_as_sale,
        lines.quantity as line_quantity,
        row_number() over (
            partition by returns_in_order.return_id
            order by
                case when lines.order_line_id = returns_in_order.named_order_line_id then 0 else 1 end,
                lines.ordered_at_utc desc,
                lines.order_id,
                lines.order_line_id
        ) as place
    from returns_in_order
    inner join lines_of_buyers as lines
        on
            returns_in_order.buyer = lines.buyer
            and returns_in_order.product_id = lines.product_id
            and returns_in_order.quantity <= lines.quantity
    where
        returns_in_order.own_order_id = lines.order_id
        or (
            returns_in_order.own_order_id is null
            and lines.counts_as_sale
            and (
                lines.ordered_at_utc <= returns_in_order.returned_at_utc
                or (
                    returns_in_order.returned_at = cast(returns_in_order.return_date as timestamp)
                    and lines.order_date <= returns_in_order.return_date
                )
            )
        )
),

-- The returns before the n-th use at most n - 1 lines, so one of its first n is still whole.
lines_in_reach as (
    select *
    from possible_lines
    where place <= step
),

numbered_lines as (
    select
        buyer,
        product_id,
        order_id,
        order_line_id,
        location_id,
        category,
        counts_as_sale,
        line_quantity,
        row_number() over (
            partition by buyer, product_id
            order by order_id, order_line_id
        ) as line_number
    from lines_in_reach
    group by
        buyer,
        product_id,
        order_id,
        order_line_id,
        location_id,
        category,
        counts_as_sale,
        line_quantity
),

quantities_sold as (
    select
        buyer,
        product_id,
        {{ ordered_list('line_quantity', 'line_number') }} as quantities_left
    from numbered_lines
    group by
        buyer,
        product_id
),

lines_by_return as (
    select
        lines_in_reach.buyer,
        lines_in_reach.product_id,
        lines_in_reach.step,
        {{ ordered_list('numbered_lines.line_number', 'lines_in_reach.place') }} as line_numbers
    from lines_in_reach
    inner join numbered_lines
        on
            lines_in_reach.buyer = numbered_lines.buyer
            and lines_in_reach.product_id = numbered_lines.product_id
            and lines_in_reach.order_id = numbered_lines.order_id
            and lines_in_reach.order_line_id = numbered_lines.order_line_id
    group by
        lines_in_reach.buyer,
        lines_in_reach.product_id,
        lines_in_reach.step
),

return_steps as (
    select
        returns_in_order.buyer,
        returns_in_order.product_id,
        returns_in_order.step,
        returns_in_order.quantity,
        lines_by_return.line_numbers
    from returns_in_order
    left join lines_by_return
        on
            returns_in_order.buyer = lines_by_return.buyer
            and returns_in_order.product_id = lines_by_return.product_id
            and returns_in_order.step = lines_by_return.step
),

links as (
    select
        buyer,
        product_id,
        cast(0 as bigint) as step,
        cast(null as bigint) as line_number,
        quantities_left
    from quantities_sold

    union all

    select
        buyer,
        product_id,
        step,
        line_number,
        {{ list_with_less_at('quantities_left', 'line_number', 'quantity') }} as quantities_left
    from (
        select
            links.buyer,
            links.product_id,
            return_steps.step,
            return_steps.quantity,
            links.quantities_left,
            {{ first_place_with_enough(
                'return_steps.line_numbers', 'links.quantities_left', 'return_steps.quantity'
            ) }} as line_number
        from links
        inner join return_steps
            on
                links.buyer = return_steps.buyer
                and links.product_id = return_steps.product_id
                and return_steps.step = links.step + 1
    ) as next_links
),

linked_lines as (
    select
        returns_in_order.return_id,
        numbered_lines.order_id,
        numbered_lines.order_line_id,
        numbered_lines.location_id,
        numbered_lines.category,
        numbered_lines.counts_as_sale
    from returns_in_order
    inner join links
        on
            returns_in_order.buyer = links.buyer
            and returns_in_order.product_id = links.product_id
            and returns_in_order.step = links.step
    inner join numbered_lines
        on
            links.buyer = numbered_lines.buyer
            and links.product_id = numbered_lines.product_id
            and links.line_number = numbered_lines.line_number
),

final as (
    select
        {{ sql_text(domain) }} as domain,
        returns_with_buyer.return_id,
        coalesce(returns_with_buyer.own_order_id, linked_lines.order_id) as order_id,
        linked_lines.order_line_id,
        returns_with_buyer.customer_id,
        coalesce(
            returns_with_buyer.own_location_id,
            linked_lines.location_id,
            returns_with_buyer.location_id
        ) as location_id,
        returns_with_buyer.product_id,
        returns_with_buyer.returned_at,
        returns_with_buyer.return_date,
        coalesce(linked_lines.category, 'Uncategorised') as category,
        cast(returns_with_buyer.quantity as bigint) as quantity,
        {{ line_amount('returns_with_buyer.amount') }} as amount,
        coalesce(returns_with_buyer.own_counts_as_sale, linked_lines.counts_as_sale, true)
            as counts_as_sale
    from returns_with_buyer
    left join linked_lines
        on returns_with_buyer.return_id = linked_lines.return_id
)
{%- endmacro -%}
