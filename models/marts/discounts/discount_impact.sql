-- Grain: one row per AdventureWorks special offer and product category that it sold.
-- Trap: stores pay less than persons, so an offer is compared with the same products and channel.
with

order_lines as (
    select *
    from {{ ref('fct_order_lines_as_of') }}
    where domain = 'adventure_works'
),

orders as (
    select *
    from {{ ref('fct_orders') }}
    where domain = 'adventure_works'
),

order_details as (
    select * from {{ ref('stg_adventure_works__sales_order_details') }}
),

special_offers as (
    select * from {{ ref('stg_adventure_works__special_offers') }}
),

-- Null: no offer, like 'No Discount'. A discount without an offer is '(none)'.
lines_with_offer as (
    select
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.product_id,
        order_lines.category,
        orders.channel,
        order_lines.quantity,
        order_lines.gross_amount,
        order_lines.discount_amount,
        order_lines.net_amount,
        order_lines.net_amount - order_lines.cost_amount as gross_margin,
        case when order_lines.cost_amount is not null then order_lines.net_amount end
            as net_amount_with_cost,
        case
            when
                order_details.special_offer_id is not null
                and coalesce(special_offers.offer_type, '') <> 'No Discount'
                then order_details.special_offer_id
            when order_lines.discount_amount <> 0 then '(none)'
        end as special_offer_id
    from order_lines
    inner join orders
        on order_lines.order_id = orders.order_id
    inner join order_details
        on
            order_lines.order_id = order_details.sales_order_id
            and order_lines.order_line_id = order_details.sales_order_detail_id
    left join special_offers
        on order_details.special_offer_id = special_offers.special_offer_id
),

products_with_offer as (
    select
        special_offer_id,
        category,
        product_id,
        channel,
        count(*) as lines_count,
        sum(quantity) as units,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(net_amount) as revenue,
        sum(net_amount_with_cost) as revenue_with_cost,
        sum(gross_margin) as gross_margin
    from lines_with_offer
    where special_offer_id is not null
    group by
        special_offer_id,
        category,
        product_id,
        channel
),

products_without_offer as (
    select
        product_id,
        channel,
        count(*) as lines_count,
        sum(quantity) as units,
        sum(net_amount) as revenue,
        case when count(gross_margin) = count(*) then sum(gross_margin) end as gross_margin
    from lines_with_offer
    where special_offer_id is null
    group by
        product_id,
        channel
),

-- The other lines' revenue and margin per unit, times the offer's units of each product.
products_compared as (
    select
        products_with_offer.special_offer_id,
        products_with_offer.category,
        products_with_offer.lines_count,
        products_without_offer.lines_count as other_lines_count,
        products_with_offer.units,
        products_without_offer.units as other_units,
        products_with_offer.revenue,
        products_with_offer.units
        * {{ ratio('products_without_offer.revenue', 'products_without_offer.units') }}
            as expected_revenue,
        products_with_offer.gross_margin,
        products_with_offer.units
        * {{ ratio('products_without_offer.gross_margin', 'products_without_offer.units') }}
            as expected_gross_margin
    from products_with_offer
    inner join products_without_offer
        on
            products_with_offer.product_id = products_without_offer.product_id
            and products_with_offer.channel = products_without_offer.channel
),

orders_by_offer as (
    select
        special_offer_id,
        category,
        count(distinct order_id) as orders_count
    from lines_with_offer
    where special_offer_id is not null
    group by
        special_offer_id,
        category
),

totals_by_offer as (
    select
        special_offer_id,
        category,
        count(distinct product_id) as products_count,
        sum(lines_count) as lines_count,
        sum(units) as units,
        {{ amount('sum(gross_amount)') }} as gross_amount,
        {{ amount('sum(discount_amount)') }} as discount_amount,
        {{ amount('sum(revenue)') }} as revenue,
        {{ amount('sum(revenue_with_cost)') }} as revenue_with_cost,
        {{ amount('sum(gross_margin)') }} as gross_margin
    from products_with_offer
    group by
        special_offer_id,
        category
),

comparisons_by_offer as (
    select
        special_offer_id,
        category,
        sum(lines_count) as lines_count,
        sum(other_lines_count) as other_lines_count,
        sum(units) as units,
        sum(other_units) as other_units,
        {{ amount('sum(revenue)') }} as revenue,
        {{ amount('sum(expected_revenue)') }} as expected_revenue,
        -- Only if all compared products have a cost: both margins must cover the same products.
        case
            when count(gross_margin) = count(*) and count(expected_gross_margin) = count(*)
                then {{ amount('sum(gross_margin)') }}
        end as gross_margin,
        case
            when count(gross_margin) = count(*) and count(expected_gross_margin) = count(*)
                then {{ amount('sum(expected_gross_margin)') }}
        end as expected_gross_margin
    from products_compared
    group by
        special_offer_id,
        category
),

final as (
    select
        totals_by_offer.special_offer_id,
        totals_by_offer.category,
        special_offers.start_date as starts_on,
        special_offers.end_date as ends_on,
        case
            when totals_by_offer.special_offer_id = '(none)' then '(none)'
            else coalesce(special_offers.description, 'Unknown')
        end as offer_name,
        special_offers.offer_type,
        orders_by_offer.orders_count,
        cast(totals_by_offer.lines_count as bigint) as lines_count,
        totals_by_offer.products_count,
        cast(totals_by_offer.units as bigint) as units,
        totals_by_offer.gross_amount,
        totals_by_offer.discount_amount,
        {{ ratio('totals_by_offer.discount_amount', 'totals_by_offer.gross_amount') }}
            as discount_rate,
        totals_by_offer.revenue,
        totals_by_offer.gross_margin,
        {{ ratio('totals_by_offer.gross_margin', 'totals_by_offer.revenue_with_cost') }}
            as gross_margin_rate,
        cast(coalesce(comparisons_by_offer.lines_count, 0) as bigint) as compared_lines_count,
        cast(coalesce(comparisons_by_offer.other_lines_count, 0) as bigint) as other_lines_count,
        cast(coalesce(comparisons_by_offer.units, 0) as bigint) as compared_units,
        cast(coalesce(comparisons_by_offer.other_units, 0) as bigint) as other_units,
        {{ ratio('comparisons_by_offer.units', 'comparisons_by_offer.lines_count') }}
            as compared_units_per_line,
        {{ ratio('comparisons_by_offer.other_units', 'comparisons_by_offer.other_lines_count') }}
            as other_units_per_line,
        comparisons_by_offer.revenue as compared_revenue,
        comparisons_by_offer.expected_revenue,
        {{ amount('comparisons_by_offer.revenue - comparisons_by_offer.expected_revenue') }}
            as revenue_difference,
        {{ ratio(
            '(comparisons_by_offer.revenue - comparisons_by_offer.expected_revenue)',
            'comparisons_by_offer.expected_revenue'
        ) }} as revenue_difference_rate,
        comparisons_by_offer.gross_margin as compared_gross_margin,
        comparisons_by_offer.expected_gross_margin,
        {{ amount(
            'comparisons_by_offer.gross_margin - comparisons_by_offer.expected_gross_margin'
        ) }} as gross_margin_difference,
        coalesce(comparisons_by_offer.lines_count, 0) < {{ var('minimum_group_size') }}
        or coalesce(comparisons_by_offer.other_lines_count, 0) < {{ var('minimum_group_size') }}
            as is_too_small
    from totals_by_offer
    inner join orders_by_offer
        on
            totals_by_offer.special_offer_id = orders_by_offer.special_offer_id
            and totals_by_offer.category = orders_by_offer.category
    left join comparisons_by_offer
        on
            totals_by_offer.special_offer_id = comparisons_by_offer.special_offer_id
            and totals_by_offer.category = comparisons_by_offer.category
    left join special_offers
        on totals_by_offer.special_offer_id = special_offers.special_offer_id
)

select * from final
