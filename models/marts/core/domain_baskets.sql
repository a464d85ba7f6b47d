-- Grain: one row per domain with an order up to as_of_date.
-- Trap: it only says whether the basket marts can have rows, for empty_marts. Counting all pairs a
-- second time would cost as much as product_pairs, so the orders of the last 30 days answer where
-- they can, and only the other domains look at all orders.
{%- set recent_days = 30 %}
with

order_lines as (
    select * from {{ ref('fct_order_lines_as_of') }}
),

products as (
    select distinct
        domain,
        product_id,
        category
    from order_lines
),

domains as (
    select
        domain,
        count(distinct product_id) as products_count,
        count(distinct category) as categories_count
    from products
    group by domain
),

customer_lines as (
    select
        domain,
        customer_id,
        count(*) as lines_count
    from order_lines
    where customer_id is not null
    group by
        domain,
        customer_id
),

-- Who has fewer lines than there are products lacks one; only other domains count the products.
domains_with_customers as (
    select
        domains.domain,
        min(customer_lines.lines_count) < max(domains.products_count) as has_few_lines
    from domains
    inner join customer_lines
        on domains.domain = customer_lines.domain
    group by domains.domain
),

customer_products as (
    select
        order_lines.domain,
        order_lines.customer_id,
        count(distinct order_lines.product_id) as products_count
    from order_lines
    inner join domains_with_customers
        on order_lines.domain = domains_with_customers.domain
    where order_lines.customer_id is not null and not domains_with_customers.has_few_lines
    group by
        order_lines.domain,
        order_lines.customer_id
),

customers as (
    select
        domain,
        0 as fewest_products_count
    from domains_with_customers
    where has_few_lines

    union all

    select
        domain,
        min(products_count) as fewest_products_count
    from customer_products
    group by domain
),

recent_lines as (
    select * from order_lines
    where order_date > {{ dbt.dateadd('day', -recent_days, 'as_of_date') }}
),
{% for part in ['recent', 'all'] %}
{{ part }}_products as (
    select
        domain,
        order_id,
        product_id,
        min(category) as category
    from {{ part }}_lines
    group by
        domain,
        order_id,
        product_id
),

{{ part }}_baskets as (
    select
        domain,
        order_id
    from {{ part }}_products
    group by
        domain,
        order_id
    having count(*) between 2 and {{ var('basket_maximum_products') }}
),

{{ part }}_items as (
    select
        domain,
        'product' as kind,
        order_id,
        product_id as item_id
    from {{ part }}_products

    union all

    select distinct
        domain,
        'category' as kind,
        order_id,
        category as item_id
    from {{ part }}_products
),

{{ part }}_pairs as (
    select
        {{ part }}_baskets.domain,
        items.kind
    from {{ part }}_baskets
    inner join {{ part }}_items as items
        on
            {{ part }}_baskets.domain = items.domain
            and {{ part }}_baskets.order_id = items.order_id
    inner join {{ part }}_items as other_items
        on
            items.domain = other_items.domain
            and items.kind = other_items.kind
            and items.order_id = other_items.order_id
            and items.item_id < other_items.item_id
    group by
        {{ part }}_baskets.domain,
        items.kind,
        items.item_id,
        other_items.item_id
    having count(*) >= {{ var('basket_minimum_orders') }}
),

{{ part }}_pair_totals as (
    select
        domain,
        count(case when kind = 'product' then 1 end) as product_pairs_count,
        count(case when kind = 'category' then 1 end) as category_pairs_count
    from {{ part }}_pairs
    group by domain
),
{% if part == 'recent' %}
open_domains as (
    select domains.domain
    from domains
    left join recent_pair_totals
        on domains.domain = recent_pair_totals.domain
    where
        coalesce(recent_pair_totals.product_pairs_count, 0) = 0
        or (
            coalesce(recent_pair_totals.category_pairs_count, 0) = 0
            and domains.categories_count > 1
        )
),

-- Not a join: DuckDB would group all lines before it, also for no domain at all.
all_lines as (
    select * from order_lines
    where domain in (select open_domains.domain from open_domains)
),
{% endif %}
{%- endfor %}
final as (
    select
        domains.domain,
        domains.products_count > 1 as has_two_products,
        domains.categories_count > 1 as has_two_categories,
        coalesce(all_pair_totals.product_pairs_count, recent_pair_totals.product_pairs_count, 0)
        > 0 as has_product_pairs,
        coalesce(all_pair_totals.category_pairs_count, recent_pair_totals.category_pairs_count, 0)
        > 0 as has_category_pairs,
        coalesce(customers.fewest_products_count < domains.products_count, false)
            as has_customers_without_a_product
    from domains
    left join customers
        on domains.domain = customers.domain
    left join recent_pair_totals
        on domains.domain = recent_pair_totals.domain
    left join all_pair_totals
        on domains.domain = all_pair_totals.domain
)

select * from final
