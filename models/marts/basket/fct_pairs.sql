-- Grain: one row per domain, kind ('product' or 'category') and two items that at least
-- basket_minimum_orders orders have together; item_id is the first of the two by name.
-- Trap: lift is above 1 for nearly every pair of a shop with large orders. Read affinity.
{%- set z = var('basket_interval_z') %}
with

basket_products as (
    select * from {{ ref('fct_basket_products') }}
    where is_paired
),

-- Most orders of many shops have one product, and so one category.
categories_of_orders as (
    select distinct
        domain,
        order_id,
        category,
        channel,
        products_count,
        is_before_holdout
    from basket_products
    where products_count > 1
),

items {{ as_inlined() }} (
    select
        domain,
        'product' as kind,
        order_id,
        product_id as item_id,
        channel,
        products_count,
        is_before_holdout
    from basket_products

    union all

    select
        domain,
        'category' as kind,
        order_id,
        category as item_id,
        channel,
        products_count,
        is_before_holdout
    from basket_products
    where products_count = 1

    union all

    select
        domain,
        'category' as kind,
        order_id,
        category as item_id,
        channel,
        products_count,
        is_before_holdout
    from categories_of_orders
),

item_counts as (
    select
        domain,
        kind,
        channel,
        item_id,
        count(*) as item_orders,
        count(case when is_before_holdout then 1 end) as holdout_item_orders
    from items
    group by
        domain,
        kind,
        channel,
        item_id
),

baskets as (
    select
        domain,
        kind,
        channel,
        order_id,
        count(*) as items_count
    from items
    where products_count > 1
    group by
        domain,
        kind,
        channel,
        order_id
),

basket_sizes as (
    select
        domain,
        kind,
        channel,
        cast(items_count as double) as items_count,
        count(*) as orders_count
    from baskets
    group by
        domain,
        kind,
        channel,
        items_count

    union all

    select
        domain,
        kind,
        channel,
        cast(1 as double) as items_count,
        count(*) as orders_count
    from items
    where products_count = 1
    group by
        domain,
        kind,
        channel
),

channel_baskets as (
    select
        domain,
        kind,
        channel,
        sum(orders_count) as orders_count,
        sum(orders_count * items_count) as items_count,
        sum(orders_count * items_count * (items_count - 1)) as neighbours_count
    from basket_sizes
    group by
        domain,
        kind,
        channel
),

channel_items as (
    select
        domain,
        kind,
        channel,
        sum(cast(item_orders as double) * item_orders) as same_items_count
    from item_counts
    group by
        domain,
        kind,
        channel
),

-- Orders that would have two items by chance are the orders of one * those of the other * this
-- share: if all items of a channel were put into its orders at random, each order keeping its size.
channels as (
    select
        channel_baskets.domain,
        channel_baskets.kind,
        channel_baskets.channel,
        {{ ratio(
            'channel_baskets.neighbours_count',
            'channel_baskets.items_count * channel_baskets.items_count'
            ~ ' - channel_items.same_items_count'
        ) }} as chance_share
    from channel_baskets
    inner join channel_items
        on
            channel_baskets.domain = channel_items.domain
            and channel_baskets.kind = channel_items.kind
            and channel_baskets.channel = channel_items.channel
),

items_of_all_channels as (
    select
        domain,
        kind,
        item_id,
        sum(item_orders) as item_orders,
        sum(holdout_item_orders) as holdout_item_orders
    from item_counts
    group by
        domain,
        kind,
        item_id
),

same_items as (
    select
        domain,
        kind,
        sum(cast(item_orders as double) * item_orders) as same_items_count
    from items_of_all_channels
    group by
        domain,
        kind
),

all_baskets as (
    select
        domain,
        kind,
        sum(orders_count) as orders_count,
        sum(items_count) as items_count,
        sum(neighbours_count) as neighbours_count
    from channel_baskets
    group by
        domain,
        kind
),

-- What lift is for a pair without affinity: 1 only if all orders had one size.
domains as (
    select
        all_baskets.domain,
        all_baskets.kind,
        cast(all_baskets.orders_count as bigint) as orders_count,
        all_baskets.orders_count * {{ ratio(
            'all_baskets.neighbours_count',
            'all_baskets.items_count * all_baskets.items_count - same_items.same_items_count'
        ) }} as basket_size_bias
    from all_baskets
    inner join same_items
        on
            all_baskets.domain = same_items.domain
            and all_baskets.kind = same_items.kind
),

-- This join has a row per pair and order.
pair_counts as (
    select
        items.domain,
        items.kind,
        items.item_id,
        other_items.item_id as other_item_id,
        count(*) as pair_orders,
        count(case when items.is_before_holdout then 1 end) as holdout_pair_orders
    from items
    inner join items as other_items
        on
            items.domain = other_items.domain
            and items.kind = other_items.kind
            and items.order_id = other_items.order_id
            and items.item_id < other_items.item_id
    where items.products_count > 1 and other_items.products_count > 1
    group by
        items.domain,
        items.kind,
        items.item_id,
        other_items.item_id
    having count(*) >= {{ var('basket_minimum_orders') }}
),

pairs_by_chance as (
    select
        pair_counts.domain,
        pair_counts.kind,
        pair_counts.item_id,
        pair_counts.other_item_id,
        sum(item_counts.item_orders * other_item_counts.item_orders * channels.chance_share)
            as chance_orders
    from pair_counts
    inner join item_counts
        on
            pair_counts.domain = item_counts.domain
            and pair_counts.kind = item_counts.kind
            and pair_counts.item_id = item_counts.item_id
    inner join item_counts as other_item_counts
        on
            pair_counts.domain = other_item_counts.domain
            and pair_counts.kind = other_item_counts.kind
            and pair_counts.other_item_id = other_item_counts.item_id
            and item_counts.channel = other_item_counts.channel
    inner join channels
        on
            item_counts.domain = channels.domain
            and item_counts.kind = channels.kind
            and item_counts.channel = channels.channel
    group by
        pair_counts.domain,
        pair_counts.kind,
        pair_counts.item_id,
        pair_counts.other_item_id
),

pairs_with_lift as (
    select
        pair_counts.domain,
        pair_counts.kind,
        pair_counts.item_id,
        pair_counts.other_item_id,
        domains.orders_count,
        pair_counts.pair_orders,
        cast(first_items.item_orders as bigint) as item_orders,
        cast(second_items.item_orders as bigint) as other_orders,
        pair_counts.holdout_pair_orders,
        cast(first_items.holdout_item_orders as bigint) as holdout_item_orders,
        cast(second_items.holdout_item_orders as bigint) as holdout_other_orders,
        domains.basket_size_bias,
        pairs_by_chance.chance_orders,
        {{ ratio(
            'pair_counts.pair_orders',
            'cast(first_items.item_orders as double) * second_items.item_orders'
        ) }} * domains.orders_count as lift
    from pair_counts
    inner join domains
        on
            pair_counts.domain = domains.domain
            and pair_counts.kind = domains.kind
    inner join items_of_all_channels as first_items
        on
            pair_counts.domain = first_items.domain
            and pair_counts.kind = first_items.kind
            and pair_counts.item_id = first_items.item_id
    inner join items_of_all_channels as second_items
        on
            pair_counts.domain = second_items.domain
            and pair_counts.kind = second_items.kind
            and pair_counts.other_item_id = second_items.item_id
    inner join pairs_by_chance
        on
            pair_counts.domain = pairs_by_chance.domain
            and pair_counts.kind = pairs_by_chance.kind
            and pair_counts.item_id = pairs_by_chance.item_id
            and pair_counts.other_item_id = pairs_by_chance.other_item_id
),

-- The error of ln(lift) by the delta method; 0 where all orders have both items.
pairs_with_interval as (
    select
        *,
        exp(
            {{ z }} * sqrt(
                greatest(
                    {{ ratio('1', 'pair_orders') }}
                    - {{ ratio('1', 'item_orders') }}
                    - {{ ratio('1', 'other_orders') }}
                    + {{ ratio('2 * lift - 1', 'orders_count') }},
                    0
                )
            )
        ) as interval_factor
    from pairs_with_lift
),

pairs_with_affinity as (
    select
        *,
        {{ ratio('lift', 'basket_size_bias') }} as affinity,
        {{ ratio('pair_orders', 'chance_orders') }} as channel_affinity
    from pairs_with_interval
),

final as (
    select
        domain,
        kind,
        item_id,
        other_item_id,
        orders_count,
        pair_orders,
        item_orders,
        other_orders,
        {{ ratio('pair_orders', 'orders_count') }} as support,
        {{ ratio('pair_orders', 'item_orders') }} as confidence,
        {{ ratio('pair_orders', 'other_orders') }} as other_confidence,
        lift,
        lift / interval_factor as lift_low,
        lift * interval_factor as lift_high,
        affinity,
        affinity / interval_factor as affinity_low,
        channel_affinity,
        channel_affinity / interval_factor as channel_affinity_low,
        least(affinity, channel_affinity) / interval_factor
        > {{ var('basket_minimum_affinity') }} as is_suggested,
        holdout_pair_orders,
        holdout_item_orders,
        holdout_other_orders
    from pairs_with_affinity
)

select * from final
