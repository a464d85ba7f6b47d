-- All orders of core are looked at or left out, and the pairs of each domain's most sold product
-- and category are those that core has. Other pairs would need all orders joined with themselves.
with

order_lines as (
    select * from {{ ref('fct_order_lines_as_of') }}
),

orders as (
    select
        domain,
        count(*) as core_orders_count
    from {{ ref('fct_orders_as_of') }}
    group by domain
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
    where
        items_ranked.place = 1
        and partners.core_pair_orders >= {{ var('basket_minimum_orders') }}
),

-- Each pair from both sides.
pairs as (
    select
        'product_pairs' as mart,
        domain,
        product_id as item,
        other_product_id as partner,
        orders_count + large_orders_count as orders_count,
        pair_orders,
        product_orders as item_orders
    from {{ ref('product_pairs') }}

    union all

    select
        'product_pairs' as mart,
        domain,
        other_product_id as item,
        product_id as partner,
        orders_count + large_orders_count as orders_count,
        pair_orders,
        other_orders as item_orders
    from {{ ref('product_pairs') }}

    union all

    select
        'category_pairs' as mart,
        domain,
        category as item,
        other_category as partner,
        orders_count,
        pair_orders,
        category_orders as item_orders
    from {{ ref('category_pairs') }}

    union all

    select
        'category_pairs' as mart,
        domain,
        other_category as item,
        category as partner,
        orders_count,
        pair_orders,
        other_orders as item_orders
    from {{ ref('category_pairs') }}
),

pairs_of_most_sold as (
    select pairs.*
    from pairs
    inner join items_ranked
        on
            pairs.mart = items_ranked.mart
            and pairs.domain = items_ranked.domain
            and pairs.item = items_ranked.item
    where items_ranked.place = 1
),

wrong_pairs as (
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
        or core_pairs.core_item_orders <> pairs_of_most_sold.item_orders
),

wrong_totals as (
    select
        pairs.mart,
        pairs.domain,
        min(pairs.item) as item,
        min(pairs.partner) as partner,
        max(orders.core_orders_count) as core_pair_orders,
        max(pairs.orders_count) as pair_orders,
        null as core_item_orders,
        null as item_orders
    from pairs
    left join orders
        on pairs.domain = orders.domain
    where
        pairs.mart = 'product_pairs'
        and coalesce(orders.core_orders_count, -1) <> pairs.orders_count
    group by
        pairs.mart,
        pairs.domain
)

select * from wrong_pairs
union all
select * from wrong_totals
