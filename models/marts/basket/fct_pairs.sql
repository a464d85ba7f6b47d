-- Grain: one row per domain, kind ('product' or 'category') and two items that at least
-- basket_minimum_orders orders have together; item_id is the first of the two by name.
-- Trap: lift is above 1 for nearly every pair of a shop with large orders. Read affinity.
{%- set z = var('basket_interval_z') %}
with

daily_pairs as (
    select
        daily_pairs.*,
        daily_pairs.order_date <= {{ basket_last_date_before_holdout('domains.as_of_date') }}
            as is_before_holdout
    from {{ ref('fct_daily_pairs') }} as daily_pairs
    inner join {{ ref('dim_domains') }} as domains
        on daily_pairs.domain = domains.domain
),

item_counts as (
    select
        domain,
        kind,
        channel,
        item_id,
        cast(sum(orders_count) as bigint) as item_orders,
        cast(sum(case when is_before_holdout then orders_count else 0 end) as bigint)
            as holdout_item_orders
    from daily_pairs
    where item_id is not null and other_item_id is null
    group by
        domain,
        kind,
        channel,
        item_id
),

channel_orders as (
    select
        domain,
        kind,
        channel,
        cast(sum(orders_count) as bigint) as orders_count,
        cast(sum(neighbours_count) as double) as neighbours_count
    from daily_pairs
    where item_id is null
    group by
        domain,
        kind,
        channel
),

channel_item_totals as (
    select
        domain,
        kind,
        channel,
        cast(sum(item_orders) as double) as items_count
    from item_counts
    group by
        domain,
        kind,
        channel
),

channel_baskets as (
    select
        channel_orders.domain,
        channel_orders.kind,
        channel_orders.channel,
        channel_orders.orders_count,
        channel_item_totals.items_count,
        channel_orders.neighbours_count
    from channel_orders
    inner join channel_item_totals
        on
            channel_orders.domain = channel_item_totals.domain
            and channel_orders.kind = channel_item_totals.kind
            and channel_orders.channel = channel_item_totals.channel
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

pair_counts as (
    select
        domain,
        kind,
        item_id,
        other_item_id,
        cast(sum(orders_count) as bigint) as pair_orders,
        cast(sum(case when is_before_holdout then orders_count else 0 end) as bigint)
            as holdout_pair_orders
    from daily_pairs
    where other_item_id is not null
    group by
        domain,
        kind,
        item_id,
        other_item_id
    having sum(orders_count) >= {{ var('basket_minimum_orders') }}
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
