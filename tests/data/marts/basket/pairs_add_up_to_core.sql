-- The pairs of each domain's most sold product and category are those that core has. Other pairs
-- would need all orders joined with themselves. A daily build compares the days that it made anew.
with

order_lines as (
    select * from {{ ref('fct_order_lines_as_of') }}
    where {{ is_touched('day', 'order_date') }}
),

lines_by_item as (
    select
        'product_pairs' as mart,
        domain,
        product_id as item,
        count(*) as lines_count
    from order_lines
    group by
        domain,
        product_id

    union all

    select
        'category_pairs' as mart,
        domain,
        category as item,
        count(*) as lines_count
    from order_lines
    group by
        domain,
        category
),

items_ranked as (
    select
        mart,
        domain,
        item,
        row_number() over (partition by mart, domain order by lines_count desc, item) as place
    from lines_by_item
),

most_sold as (
    select
        domain,
        max(case when mart = 'product_pairs' then item end) as product_id,
        max(case when mart = 'category_pairs' then item end) as category
    from items_ranked
    where place = 1
    group by domain
),

-- Orders with the most sold product or a line of the most sold category, and all their products.
orders_of_most_sold as (
    select distinct
        order_lines.domain,
        order_lines.order_id
    from order_lines
    inner join most_sold
        on order_lines.domain = most_sold.domain
    where
        order_lines.product_id = most_sold.product_id
        or order_lines.category = most_sold.category
),

order_products as (
    select
        order_lines.domain,
        order_lines.order_id,
        order_lines.product_id,
        min(order_lines.category) as category
    from order_lines
    inner join orders_of_most_sold
        on
            order_lines.domain = orders_of_most_sold.domain
            and order_lines.order_id = orders_of_most_sold.order_id
    group by
        order_lines.domain,
        order_lines.order_id,
        order_lines.product_id
),

baskets as (
    select
        order_products.domain,
        order_products.order_id,
        max(case when order_products.product_id = most_sold.product_id then 1 else 0 end)
            as has_product,
        max(case when order_products.category = most_sold.category then 1 else 0 end)
            as has_category
    from order_products
    inner join most_sold
        on order_products.domain = most_sold.domain
    group by
        order_products.domain,
        order_products.order_id
    having count(*) <= {{ var('basket_maximum_products') }}
),

-- The most sold item is its own partner here: that gives the orders that have it.
partners as (
    select
        'product_pairs' as mart,
        order_products.domain,
        order_products.product_id as partner,
        count(*) as core_pair_orders
    from baskets
    inner join order_products
        on
            baskets.domain = order_products.domain
            and baskets.order_id = order_products.order_id
    where baskets.has_product = 1
    group by
        order_products.domain,
        order_products.product_id

    union all

    select
        'category_pairs' as mart,
        order_products.domain,
        order_products.category as partner,
        count(distinct order_products.order_id) as core_pair_orders
    from baskets
    inner join order_products
        on
            baskets.domain = order_products.domain
            and baskets.order_id = order_products.order_id
    where baskets.has_category = 1
    group by
        order_products.domain,
        order_products.category
),

core_pairs as (
    select
        partners.mart,
        partners.domain,
        items_ranked.item,
        partners.partner,
        partners.core_pair_orders,
        item_partners.core_pair_orders as core_item_orders
    from partners
    inner join items_ranked
        on
            partners.mart = items_ranked.mart
            and partners.domain = items_ranked.domain
            and partners.partner <> items_ranked.item
    inner join partners as item_partners
        on
            items_ranked.mart = item_partners.mart
            and items_ranked.domain = item_partners.domain
            and items_ranked.item = item_partners.partner
    where items_ranked.place = 1
),

daily_pairs as (
    select
        *,
        concat(kind, '_pairs') as mart
    from {{ ref('fct_daily_pairs') }}
    where {{ is_touched('day', 'order_date') }}
),

item_orders as (
    select
        mart,
        domain,
        item_id as item,
        sum(orders_count) as item_orders
    from daily_pairs
    where item_id is not null and other_item_id is null
    group by
        mart,
        domain,
        item_id
),

-- Each pair from both sides.
pairs as (
    {%- for item, partner in [('item_id', 'other_item_id'), ('other_item_id', 'item_id')] %}
    select
        mart,
        domain,
        {{ item }} as item,
        {{ partner }} as partner,
        sum(orders_count) as pair_orders
    from daily_pairs
    where other_item_id is not null
    group by
        mart,
        domain,
        {{ item }},
        {{ partner }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

pairs_of_most_sold as (
    select
        pairs.*,
        item_orders.item_orders
    from pairs
    inner join items_ranked
        on
            pairs.mart = items_ranked.mart
            and pairs.domain = items_ranked.domain
            and pairs.item = items_ranked.item
    left join item_orders
        on
            pairs.mart = item_orders.mart
            and pairs.domain = item_orders.domain
            and pairs.item = item_orders.item
    where items_ranked.place = 1
),

final as (
    select
        coalesce(core_pairs.mart, pairs_of_most_sold.mart) as mart,
        coalesce(core_pairs.domain, pairs_of_most_sold.domain) as domain,
        coalesce(core_pairs.item, pairs_of_most_sold.item) as item,
        coalesce(core_pairs.partner, pairs_of_most_sold.partner) as partner,
        core_pairs.core_pair_orders,
        pairs_of_most_sold.pair_orders,
        core_pairs.core_item_orders,
        pairs_of_most_sold.item_orders
    from core_pairs
    full outer join pairs_of_most_sold
        on
            core_pairs.mart = pairs_of_most_sold.mart
            and core_pairs.domain = pairs_of_most_sold.domain
            and core_pairs.item = pairs_of_most_sold.item
            and core_pairs.partner = pairs_of_most_sold.partner
    where
        coalesce(core_pairs.core_pair_orders, -1) <> coalesce(pairs_of_most_sold.pair_orders, -1)
        or coalesce(core_pairs.core_item_orders, -1)
        <> coalesce(pairs_of_most_sold.item_orders, -1)
)

select * from final
