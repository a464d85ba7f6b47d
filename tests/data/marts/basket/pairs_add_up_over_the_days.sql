-- The orders of a pair, and of its two items, are those of all days. All orders of core are looked
-- at, or left out because they are too large.
with

daily_pairs as (
    select
        domain,
        kind,
        item_id,
        other_item_id,
        sum(orders_count) as orders_count
    from {{ ref('fct_daily_pairs') }}
    group by
        domain,
        kind,
        item_id,
        other_item_id
),

expected as (
    select
        daily_pairs.domain,
        daily_pairs.kind,
        daily_pairs.item_id,
        daily_pairs.other_item_id,
        daily_pairs.orders_count as pair_orders,
        items.orders_count as item_orders,
        other_items.orders_count as other_orders
    from daily_pairs
    inner join daily_pairs as items
        on
            daily_pairs.domain = items.domain
            and daily_pairs.kind = items.kind
            and daily_pairs.item_id = items.item_id
    inner join daily_pairs as other_items
        on
            daily_pairs.domain = other_items.domain
            and daily_pairs.kind = other_items.kind
            and daily_pairs.other_item_id = other_items.item_id
    where
        daily_pairs.orders_count >= {{ var('basket_minimum_orders') }}
        and items.other_item_id is null
        and other_items.other_item_id is null
),

orders as (
    select
        domain,
        count(*) as orders_count
    from {{ ref('fct_orders_as_of') }}
    group by domain
),

pairs as (
    select
        domain,
        'product' as kind,
        product_id as item_id,
        other_product_id as other_item_id,
        orders_count + large_orders_count as orders_count,
        pair_orders,
        product_orders as item_orders,
        other_orders
    from {{ ref('product_pairs') }}

    union all

    select
        domain,
        'category' as kind,
        category as item_id,
        other_category as other_item_id,
        cast(null as bigint) as orders_count,
        pair_orders,
        category_orders as item_orders,
        other_orders
    from {{ ref('category_pairs') }}
),

final as (
    select
        coalesce(expected.domain, pairs.domain) as domain,
        coalesce(expected.kind, pairs.kind) as kind,
        coalesce(expected.item_id, pairs.item_id) as item_id,
        coalesce(expected.other_item_id, pairs.other_item_id) as other_item_id,
        expected.pair_orders as expected_pair_orders,
        pairs.pair_orders,
        expected.item_orders as expected_item_orders,
        pairs.item_orders,
        expected.other_orders as expected_other_orders,
        pairs.other_orders,
        orders.orders_count as expected_orders_count,
        pairs.orders_count
    from expected
    full outer join pairs
        on
            expected.domain = pairs.domain
            and expected.kind = pairs.kind
            and expected.item_id = pairs.item_id
            and expected.other_item_id = pairs.other_item_id
    left join orders
        on pairs.domain = orders.domain
    where
        coalesce(expected.pair_orders, -1) <> coalesce(pairs.pair_orders, -1)
        or expected.item_orders <> pairs.item_orders
        or expected.other_orders <> pairs.other_orders
        or (pairs.kind = 'product' and orders.orders_count <> pairs.orders_count)
)

select * from final
