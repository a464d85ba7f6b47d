-- Grain: one row per domain and return of goods or money.
-- Trap: amount and quantity are not below 0: subtract them. A return may have no order in core.
-- A new order may change the line of an old return, so all returns are linked in each build.
with recursive

returns as (
    select * from {{ ref('returns_before_linking') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

order_lines {{ as_inlined() }} (
    select * from {{ ref('fct_order_lines') }}
),

-- Whose lines a return may get: those of its customer, or of a guest's order. Its own order, if it
-- has one, has the same buyer.
returns_with_buyer as (
    select
        *,
        case
            when customer_id is not null then concat(domain, ' customer ', customer_id)
            when order_id is not null then concat(domain, ' order ', order_id)
        end as buyer
    from returns
    where not is_linked
),

-- Without a buyer or a product there is no line to look for.
returns_in_order as (
    select
        *,
        cast(row_number() over (
            partition by buyer, product_id
            order by returned_at, return_id
        ) as bigint) as step
    from returns_with_buyer
    where buyer is not null and product_id is not null
),

buyers as (
    select buyer
    from returns_in_order
    group by buyer
),

-- The customer is the order's, because a line may name none.
orders_with_buyer as (
    select
        domain,
        order_id,
        case
            when customer_id is not null then concat(domain, ' customer ', customer_id)
            else concat(domain, ' order ', order_id)
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
        order_lines.quantity,
        order_lines.counts_as_sale
    from order_lines
    inner join orders_with_buyer
        on
            order_lines.domain = orders_with_buyer.domain
            and order_lines.order_id = orders_with_buyer.order_id
    inner join buyers
        on orders_with_buyer.buyer = buyers.buyer
),

-- One row per return and line that it may get. A return at midnight is a date without a time.
possible_lines as (
    select
        returns_in_order.buyer,
        returns_in_order.product_id,
        returns_in_order.step,
        lines_of_buyers.order_id,
        lines_of_buyers.order_line_id,
        lines_of_buyers.quantity as line_quantity,
        row_number() over (
            partition by returns_in_order.buyer, returns_in_order.product_id, returns_in_order.step
            order by
                case
                    when lines_of_buyers.order_line_id = returns_in_order.order_line_id then 0
                    else 1
                end,
                lines_of_buyers.ordered_at_utc desc,
                lines_of_buyers.order_id,
                lines_of_buyers.order_line_id
        ) as place
    from returns_in_order
    inner join lines_of_buyers
        on
            returns_in_order.buyer = lines_of_buyers.buyer
            and returns_in_order.product_id = lines_of_buyers.product_id
            and returns_in_order.quantity <= lines_of_buyers.quantity
    where
        returns_in_order.order_id = lines_of_buyers.order_id
        or (
            returns_in_order.order_id is null
            and lines_of_buyers.counts_as_sale
            and (
                lines_of_buyers.ordered_at_utc <= returns_in_order.returned_at_utc
                or (
                    returns_in_order.returned_at = cast(returns_in_order.return_date as timestamp)
                    and lines_of_buyers.order_date <= returns_in_order.return_date
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
        line_quantity,
        cast(row_number() over (
            partition by buyer, product_id
            order by order_id, order_line_id
        ) as bigint) as line_number
    from lines_in_reach
    group by
        buyer,
        product_id,
        order_id,
        order_line_id,
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

-- One return of each buyer and product per step, because each uses up quantity.
links as (
    {{ link_step_by_step(
        this_cte='links', lines='quantities_sold', returns='return_steps'
    ) | indent(4) }}
),

lines_of_returns as (
    select
        returns_in_order.domain,
        returns_in_order.return_id,
        numbered_lines.order_id,
        numbered_lines.order_line_id
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

    union all

    select
        domain,
        return_id,
        order_id,
        order_line_id
    from returns
    where is_linked
),

found_lines as (
    select
        lines_of_returns.domain,
        lines_of_returns.return_id,
        lines_of_returns.order_id,
        lines_of_returns.order_line_id,
        order_lines.location_id,
        order_lines.category
    from lines_of_returns
    inner join order_lines
        on
            lines_of_returns.domain = order_lines.domain
            and lines_of_returns.order_id = order_lines.order_id
            and lines_of_returns.order_line_id = order_lines.order_line_id
),

final as (
    select
        returns.domain,
        returns.return_id,
        coalesce(returns.order_id, found_lines.order_id) as order_id,
        found_lines.order_line_id,
        returns.customer_id,
        coalesce(found_lines.location_id, returns.location_id) as location_id,
        returns.product_id,
        returns.returned_at,
        returns.return_date,
        coalesce(found_lines.category, 'Uncategorised') as category,
        returns.quantity,
        returns.amount,
        returns.counts_as_sale
    from returns
    left join found_lines
        on
            returns.domain = found_lines.domain
            and returns.return_id = found_lines.return_id
)

select * from final
