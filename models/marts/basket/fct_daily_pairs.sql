-- Grain: one row per domain, kind ('product' or 'category'), channel, day and item. Rows with
-- other_item_id count orders with both, of all channels; rows without an item count all orders.
-- Trap: add up rows of one of the three sorts only. Orders with too many products are in none.
{{ config(materialized='kept', replaces="is_touched('day', 'order_date')") }}

with

basket_products as (
    select * from {{ ref('fct_order_products') }}
    where is_paired and {{ is_touched('day', 'order_date') }}
),

-- Most orders of many shops have one product, and so one category.
categories_of_orders as (
    select distinct
        domain,
        order_id,
        category,
        channel,
        order_date,
        products_count
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
        order_date,
        products_count
    from basket_products

    union all

    select
        domain,
        'category' as kind,
        order_id,
        category as item_id,
        channel,
        order_date,
        products_count
    from basket_products
    where products_count = 1

    union all

    select
        domain,
        'category' as kind,
        order_id,
        category as item_id,
        channel,
        order_date,
        products_count
    from categories_of_orders
),

baskets as (
    select
        domain,
        kind,
        channel,
        order_date,
        order_id,
        count(*) as items_count
    from items
    where products_count > 1
    group by
        domain,
        kind,
        channel,
        order_date,
        order_id

    union all

    select
        domain,
        kind,
        channel,
        order_date,
        order_id,
        1 as items_count
    from items
    where products_count = 1
),

counts as (
    select
        domain,
        kind,
        channel,
        order_date,
        cast(null as {{ dbt.type_string() }}) as item_id,
        cast(null as {{ dbt.type_string() }}) as other_item_id,
        count(*) as orders_count,
        sum(items_count * (items_count - 1)) as neighbours_count
    from baskets
    group by
        domain,
        kind,
        channel,
        order_date

    union all

    select
        domain,
        kind,
        channel,
        order_date,
        item_id,
        cast(null as {{ dbt.type_string() }}) as other_item_id,
        count(*) as orders_count,
        null as neighbours_count
    from items
    group by
        domain,
        kind,
        channel,
        order_date,
        item_id

    union all

    -- This join has a row per pair and order.
    select
        items.domain,
        items.kind,
        cast(null as {{ dbt.type_string() }}) as channel,
        items.order_date,
        items.item_id,
        other_items.item_id as other_item_id,
        count(*) as orders_count,
        null as neighbours_count
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
        items.order_date,
        items.item_id,
        other_items.item_id
),

final as (
    select
        domain,
        kind,
        channel,
        order_date,
        item_id,
        other_item_id,
        orders_count,
        cast(neighbours_count as bigint) as neighbours_count
    from counts
)

select * from final
