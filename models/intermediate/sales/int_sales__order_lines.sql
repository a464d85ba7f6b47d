-- Grain: one row per order line; order_line_id is its place in the order: the feed has no key.
-- Trap: sales records no discounts, so discount_amount is always 0.
{{ config(materialized='by_order', kept_as='view') }}

with

sales as (
    select * from {{ touched_rows('stg_sales') }}
    where not is_return
),

products as (
    select * from {{ ref('stg_products') }}
),

final as (
    select
        'sales' as domain,
        sales.order_id,
        -- Lines that are equal in all of these are interchangeable.
        cast(row_number() over (
            partition by sales.order_id
            order by
                sales.product_id, sales.quantity, sales.total_price, sales.cost_amount nulls last
        ) as {{ dbt.type_string() }}) as order_line_id,
        sales.customer_id,
        '(none)' as location_id,
        sales.product_id,
        sales.ordered_at_utc,
        sales.order_date,
        {{ category_or_uncategorised('products.category') }} as category,
        sales.quantity,
        {{ line_amount(ratio('sales.total_price', 'sales.quantity')) }} as unit_price,
        sales.total_price as gross_amount,
        {{ line_amount(0) }} as discount_amount,
        sales.total_price as net_amount,
        sales.cost_amount,
        true as counts_as_sale
    from sales
    left join products
        on sales.product_id = products.product_id
)

select * from final
