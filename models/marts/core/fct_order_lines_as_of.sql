-- Grain: one row per order line of a sale, up to the domain's as_of_date.
-- Trap: count orders with a distinct order_id, within the domain.
{{ config(materialized='view') }}

with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
    where counts_as_sale
),

domains as (
    select * from {{ ref('dim_domains') }}
),

returns_by_line as (
    select
        returned.domain,
        returned.order_id,
        returned.order_line_id,
        sum(returned.quantity) as returned_quantity,
        sum(returned.amount) as returned_amount
    from {{ ref('fct_returns') }} as returned
    inner join domains
        on returned.domain = domains.domain
    where returned.return_date <= domains.as_of_date
    group by
        returned.domain,
        returned.order_id,
        returned.order_line_id
),

final as (
    select
        order_lines.domain,
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.customer_id,
        order_lines.location_id,
        order_lines.product_id,
        order_lines.ordered_at_utc,
        order_lines.order_date,
        order_lines.category,
        order_lines.quantity,
        order_lines.unit_price,
        order_lines.gross_amount,
        order_lines.discount_amount,
        order_lines.net_amount,
        order_lines.cost_amount,
        case
            when domains.has_returns
                then cast(coalesce(returns_by_line.returned_quantity, 0) as bigint)
        end as returned_quantity,
        case
            when domains.has_returns
                then {{ amount('coalesce(returns_by_line.returned_amount, 0)') }}
        end as returned_amount,
        domains.as_of_date
    from order_lines
    inner join domains
        on order_lines.domain = domains.domain
    left join returns_by_line
        on
            order_lines.domain = returns_by_line.domain
            and order_lines.order_id = returns_by_line.order_id
            and order_lines.order_line_id = returns_by_line.order_line_id
    where order_lines.order_date <= domains.as_of_date
)

select * from final
