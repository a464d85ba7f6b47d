-- Grain: one row per AdventureWorks order line, also of rejected and cancelled orders.
-- Trap: exclude counts_as_sale = false for revenue. Order amounts are allocated, not repeated.
with

order_lines as (
    select *
    from {{ ref('fct_order_lines') }}
    where domain = 'adventure_works'
),

orders as (
    select *
    from {{ ref('fct_orders') }}
    where domain = 'adventure_works'
),

products as (
    select *
    from {{ ref('dim_products') }}
    where domain = 'adventure_works'
),

locations as (
    select *
    from {{ ref('dim_locations') }}
    where domain = 'adventure_works'
),

order_headers as (
    select * from {{ ref('stg_adventure_works__sales_orders') }}
),

order_details as (
    select * from {{ ref('stg_adventure_works__sales_order_details') }}
),

-- The difference between a header's total_due and its parts (0 in correct data) is allocated like a
-- fourth part: so total_due adds up to the headers, even where a header does not add up itself.
headers_with_unexplained_amount as (
    select
        sales_order_id,
        due_date,
        ship_date,
        sub_total,
        tax_amount,
        freight_amount,
        {{ amount('total_due - sub_total - tax_amount - freight_amount') }} as unexplained_amount
    from order_headers
),

lines_with_header as (
    select
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.quantity,
        order_lines.net_amount,
        headers_with_unexplained_amount.due_date,
        headers_with_unexplained_amount.ship_date,
        headers_with_unexplained_amount.sub_total,
        headers_with_unexplained_amount.tax_amount,
        headers_with_unexplained_amount.freight_amount,
        headers_with_unexplained_amount.unexplained_amount
    from order_lines
    inner join headers_with_unexplained_amount
        on order_lines.order_id = headers_with_unexplained_amount.sales_order_id
),

lines_with_shares as (
    select
        order_id,
        order_line_id,
        net_amount,
        due_date,
        ship_date,
        sub_total,
        tax_amount,
        freight_amount,
        unexplained_amount,
        {{ rounded_share('sub_total', 'net_amount', 'quantity', 'order_id') }}
            as sub_total_share,
        {{ rounded_share('tax_amount', 'net_amount', 'quantity', 'order_id') }}
            as tax_amount_share,
        {{ rounded_share('freight_amount', 'net_amount', 'quantity', 'order_id') }}
            as freight_amount_share,
        {{ rounded_share('unexplained_amount', 'net_amount', 'quantity', 'order_id') }}
            as unexplained_amount_share
    from lines_with_header
),

allocated_lines as (
    select
        order_id,
        order_line_id,
        due_date,
        ship_date,
        {{ share_with_rest(
            'sub_total_share', 'sub_total', 'net_amount', 'order_id', 'order_line_id'
        ) }} as sub_total,
        {{ share_with_rest(
            'tax_amount_share', 'tax_amount', 'net_amount', 'order_id', 'order_line_id'
        ) }} as tax_amount,
        {{ share_with_rest(
            'freight_amount_share', 'freight_amount', 'net_amount', 'order_id', 'order_line_id'
        ) }} as freight_amount,
        {{ share_with_rest(
            'unexplained_amount_share', 'unexplained_amount', 'net_amount', 'order_id', 'order_line_id'
        ) }} as unexplained_amount
    from lines_with_shares
),

final as (
    select
        order_lines.order_id as sales_order_id,
        order_lines.order_line_id as sales_order_detail_id,
        order_lines.customer_id,
        order_lines.product_id,
        order_lines.location_id as territory_id,
        order_details.special_offer_id,
        order_lines.order_date,
        allocated_lines.due_date,
        allocated_lines.ship_date,
        orders.channel,
        orders.status,
        products.product_name,
        order_lines.category,
        products.subcategory,
        locations.location_name as territory,
        order_lines.quantity as total_quantity_sold,
        order_lines.unit_price,
        order_lines.discount_amount,
        order_lines.net_amount as total_sales_amount,
        allocated_lines.sub_total as subtotal,
        allocated_lines.tax_amount,
        allocated_lines.freight_amount,
        {{ line_amount(
            'allocated_lines.sub_total + allocated_lines.tax_amount'
            ' + allocated_lines.freight_amount + allocated_lines.unexplained_amount'
        ) }} as total_due,
        order_lines.cost_amount,
        {{ line_amount('order_lines.net_amount - order_lines.cost_amount') }} as gross_margin,
        order_lines.counts_as_sale
    from order_lines
    inner join allocated_lines
        on
            order_lines.order_id = allocated_lines.order_id
            and order_lines.order_line_id = allocated_lines.order_line_id
    inner join order_details
        on
            order_lines.order_id = order_details.sales_order_id
            and order_lines.order_line_id = order_details.sales_order_detail_id
    inner join orders
        on order_lines.order_id = orders.order_id
    left join products
        on order_lines.product_id = products.product_id
    left join locations
        on order_lines.location_id = locations.location_id
)

select * from final
