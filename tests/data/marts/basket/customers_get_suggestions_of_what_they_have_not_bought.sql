-- Each customer has as many suggestions as there are products that the customer never bought, up to
-- basket_suggestions_count, and none of what was bought; each product has as many as there are
-- other products.
with

customer_products as (
    select distinct
        domain,
        customer_id,
        product_id
    from {{ ref('fct_order_lines_as_of') }}
    where customer_id is not null
),

products as (
    select distinct
        domain,
        product_id
    from {{ ref('fct_order_lines_as_of') }}
),

product_totals as (
    select
        domain,
        count(*) as products_count
    from products
    group by domain
),

expected as (
    select
        'customer_product_suggestions' as mart,
        customer_products.domain,
        customer_products.customer_id as suggested_to,
        least(
            max(product_totals.products_count) - count(*), {{ var('basket_suggestions_count') }}
        ) as suggestions_count
    from customer_products
    inner join product_totals
        on customer_products.domain = product_totals.domain
    group by
        customer_products.domain,
        customer_products.customer_id

    union all

    select
        'product_suggestions' as mart,
        products.domain,
        products.product_id as suggested_to,
        least(
            product_totals.products_count - 1, {{ var('basket_suggestions_count') }}
        ) as suggestions_count
    from products
    inner join product_totals
        on products.domain = product_totals.domain
),

found as (
    select
        'customer_product_suggestions' as mart,
        suggestions.domain,
        suggestions.customer_id as suggested_to,
        count(products.product_id) as suggestions_count,
        max(suggestions.suggestion_rank) as last_rank,
        count(customer_products.product_id) as bought_count
    from {{ ref('customer_product_suggestions') }} as suggestions
    left join products
        on
            suggestions.domain = products.domain
            and suggestions.suggested_product_id = products.product_id
    left join customer_products
        on
            suggestions.domain = customer_products.domain
            and suggestions.customer_id = customer_products.customer_id
            and suggestions.suggested_product_id = customer_products.product_id
    group by
        suggestions.domain,
        suggestions.customer_id

    union all

    select
        'product_suggestions' as mart,
        suggestions.domain,
        suggestions.product_id as suggested_to,
        count(products.product_id) as suggestions_count,
        max(suggestions.suggestion_rank) as last_rank,
        count(
            case when suggestions.product_id = suggestions.suggested_product_id then 1 end
        ) as bought_count
    from {{ ref('product_suggestions') }} as suggestions
    left join products
        on
            suggestions.domain = products.domain
            and suggestions.suggested_product_id = products.product_id
    group by
        suggestions.domain,
        suggestions.product_id
),

final as (
    select
        coalesce(expected.mart, found.mart) as mart,
        coalesce(expected.domain, found.domain) as domain,
        coalesce(expected.suggested_to, found.suggested_to) as suggested_to,
        expected.suggestions_count as expected_count,
        found.suggestions_count,
        found.last_rank,
        found.bought_count
    from expected
    full outer join found
        on
            expected.mart = found.mart
            and expected.domain = found.domain
            and expected.suggested_to = found.suggested_to
    where
        coalesce(expected.suggestions_count, -1) <> coalesce(found.suggestions_count, 0)
        or found.suggestions_count <> found.last_rank
        or found.bought_count > 0
)

select * from final
