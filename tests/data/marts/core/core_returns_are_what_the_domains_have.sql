-- Linking loses and doubles no return, keeps what is known of it, and moves none to another order.
with

linked as (
    select * from {{ ref('fct_returns') }}
),

feed as (
    select * from {{ ref('returns_before_linking') }}
)

select
    coalesce(feed.domain, linked.domain) as domain,
    coalesce(feed.return_id, linked.return_id) as return_id,
    feed.order_id,
    linked.order_id as linked_order_id,
    feed.order_line_id,
    linked.order_line_id as linked_order_line_id,
    feed.quantity,
    linked.quantity as linked_quantity,
    feed.amount,
    linked.amount as linked_amount
from feed
full outer join linked
    on
        feed.domain = linked.domain
        and feed.return_id = linked.return_id
where
    feed.return_id is null
    or linked.return_id is null
    or feed.quantity <> linked.quantity
    or feed.amount <> linked.amount
    or (feed.order_id is not null and feed.order_id <> coalesce(linked.order_id, ''))
    or (feed.is_linked and feed.order_line_id <> coalesce(linked.order_line_id, ''))
