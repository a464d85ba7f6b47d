-- Grain: one row per domain, cutoff ('as_of_date' or 'holdout'), customer and product that may be
-- suggested: the first by the rules, by popularity, or both. Never one bought before.
-- Trap: the holdout has only customers with a left-out order and an earlier one, and does not know
-- the left-out order.
{%- set suggestions_count = var('basket_suggestions_count') %}
with

customer_products as (
    select * from {{ ref('fct_customer_products') }}
),

popular_products as (
    select * from {{ ref('fct_product_popularity') }}
),

rules as (
    select * from {{ ref('fct_product_suggestions') }}
    where confidence is not null
),

purchases as (
    select
        domain,
        'as_of_date' as cutoff,
        customer_id,
        product_id,
        last_ordered_at_utc
    from customer_products

    union all

    select
        customer_products.domain,
        'holdout' as cutoff,
        customer_products.customer_id,
        customer_products.product_id,
        customer_products.earlier_ordered_at_utc as last_ordered_at_utc
    from customer_products
    inner join {{ ref('fct_left_out_orders') }} as left_out_orders
        on
            customer_products.domain = left_out_orders.domain
            and customer_products.customer_id = left_out_orders.customer_id
    where customer_products.earlier_ordered_at_utc is not null
),

-- A product that is new in the holdout has no popularity there.
purchases_ranked as (
    select
        purchases.domain,
        purchases.cutoff,
        purchases.customer_id,
        purchases.product_id,
        popular_products.popularity_rank,
        row_number() over (
            partition by purchases.domain, purchases.cutoff, purchases.customer_id
            order by
                purchases.last_ordered_at_utc desc,
                coalesce(popular_products.orders_count, 0) desc,
                purchases.product_id
        ) as recency_rank,
        row_number() over (
            partition by purchases.domain, purchases.cutoff, purchases.customer_id
            order by coalesce(popular_products.orders_count, 0) desc, purchases.product_id
        ) as place_by_popularity
    from purchases
    left join popular_products
        on
            purchases.domain = popular_products.domain
            and purchases.cutoff = popular_products.cutoff
            and purchases.product_id = popular_products.product_id
),

rules_of_customers as (
    select
        purchases_ranked.domain,
        purchases_ranked.cutoff,
        purchases_ranked.customer_id,
        rules.suggested_product_id,
        rules.confidence,
        purchases_ranked.product_id as because_of_product_id,
        row_number() over (
            partition by
                purchases_ranked.domain,
                purchases_ranked.cutoff,
                purchases_ranked.customer_id,
                rules.suggested_product_id
            order by rules.confidence desc, purchases_ranked.recency_rank
        ) as rule_rank
    from purchases_ranked
    inner join rules
        on
            purchases_ranked.domain = rules.domain
            and purchases_ranked.cutoff = rules.cutoff
            and purchases_ranked.product_id = rules.product_id
    left join purchases
        on
            purchases_ranked.domain = purchases.domain
            and purchases_ranked.cutoff = purchases.cutoff
            and purchases_ranked.customer_id = purchases.customer_id
            and rules.suggested_product_id = purchases.product_id
    where
        purchases_ranked.recency_rank <= {{ var('basket_last_products_count') }}
        and purchases.product_id is null
),

-- Rounded: the sum of the same numbers in another order may differ in the last digit.
scores as (
    select
        domain,
        cutoff,
        customer_id,
        suggested_product_id,
        round(sum(confidence), 9) as summed_confidence,
        max(case when rule_rank = 1 then because_of_product_id end) as because_of_product_id
    from rules_of_customers
    group by
        domain,
        cutoff,
        customer_id,
        suggested_product_id
),

-- The n-th most popular product that a customer lacks has rank n + the number of bought products
-- that are more popular. So nothing is joined with all products.
bought_before as (
    select
        {%- for place in range(1, suggestions_count + 1) %}
        count(case when popularity_rank - place_by_popularity < {{ place }} then 1 end)
            as bought_before_{{ place }},
        {%- endfor %}
        domain,
        cutoff,
        customer_id
    from purchases_ranked
    group by
        domain,
        cutoff,
        customer_id
),

lacking_ranks as (
    {%- for place in range(1, suggestions_count + 1) %}
    select
        domain,
        cutoff,
        customer_id,
        {{ place }} + bought_before_{{ place }} as popularity_rank
    from bought_before
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

candidates as (
    select
        scores.domain,
        scores.cutoff,
        scores.customer_id,
        scores.suggested_product_id,
        scores.because_of_product_id,
        scores.summed_confidence,
        popular_products.popularity_rank as popularity_rank_of_all
    from scores
    inner join popular_products
        on
            scores.domain = popular_products.domain
            and scores.cutoff = popular_products.cutoff
            and scores.suggested_product_id = popular_products.product_id

    union all

    select
        lacking_ranks.domain,
        lacking_ranks.cutoff,
        lacking_ranks.customer_id,
        popular_products.product_id as suggested_product_id,
        cast(null as {{ dbt.type_string() }}) as because_of_product_id,
        cast(null as double) as summed_confidence,
        popular_products.popularity_rank as popularity_rank_of_all
    from lacking_ranks
    inner join popular_products
        on
            lacking_ranks.domain = popular_products.domain
            and lacking_ranks.cutoff = popular_products.cutoff
            and lacking_ranks.popularity_rank = popular_products.popularity_rank
),

suggestions as (
    select
        domain,
        cutoff,
        customer_id,
        suggested_product_id,
        max(because_of_product_id) as because_of_product_id,
        max(summed_confidence) as summed_confidence,
        min(popularity_rank_of_all) as popularity_rank_of_all
    from candidates
    group by
        domain,
        cutoff,
        customer_id,
        suggested_product_id
),

suggestions_ranked as (
    select
        domain,
        cutoff,
        customer_id,
        suggested_product_id,
        because_of_product_id,
        summed_confidence,
        row_number() over (
            partition by domain, cutoff, customer_id
            order by coalesce(summed_confidence, 0) desc, popularity_rank_of_all
        ) as rules_rank,
        row_number() over (
            partition by domain, cutoff, customer_id order by popularity_rank_of_all
        ) as popularity_rank
    from suggestions
),

final as (
    select
        domain,
        cutoff,
        customer_id,
        suggested_product_id,
        because_of_product_id,
        summed_confidence,
        rules_rank,
        popularity_rank
    from suggestions_ranked
    where
        rules_rank <= {{ suggestions_count }}
        or popularity_rank <= {{ suggestions_count }}
)

select * from final
