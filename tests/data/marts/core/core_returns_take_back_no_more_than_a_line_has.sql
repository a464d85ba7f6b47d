-- A line gives back no more pieces than it has. Only where the feed itself is certain of the line
-- of a return may it be more; another test warns of that.
with

returns as (
    select
        linked.domain,
        linked.order_id,
        linked.order_line_id,
        sum(linked.quantity) as returned_quantity
    from {{ ref('fct_returns') }} as linked
    inner join {{ ref('returns_before_linking') }} as feed
        on
            linked.domain = feed.domain
            and linked.return_id = feed.return_id
    where not feed.is_linked and linked.order_line_id is not null
    group by
        linked.domain,
        linked.order_id,
        linked.order_line_id
),

order_lines as (
    select * from {{ ref('fct_order_lines') }}
)

select
    returns.domain,
    returns.order_id,
    returns.order_line_id,
    order_lines.quantity,
    returns.returned_quantity
from returns
inner join order_lines
    on
        returns.domain = order_lines.domain
        and returns.order_id = order_lines.order_id
        and returns.order_line_id = order_lines.order_line_id
where returns.returned_quantity > order_lines.quantity
