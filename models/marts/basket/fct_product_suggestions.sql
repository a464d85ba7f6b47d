-- Grain: one row per domain, cutoff ('as_of_date' or 'holdout'), product and product that may be
-- suggested with it: the first by the rules, by popularity, or both.
-- Trap: the rules of the holdout know no order after its start, so no order that is left out.
{%- set suggestions_count = var('basket_suggestions_count') %}
{%- set best_partners_count = var('basket_best_partners_count') %}
with

pairs as (
    select * from {{ ref('fct_pairs') }}
    where kind = 'product'
),

popular_products as (
    select * from {{ ref('fct_product_popularity') }}
),

-- Each pair gives two rules: product -> partner, and back.
rules as (
    select
        domain,
        'as_of_date' as cutoff,
        item_id as product_id,
        other_item_id as partner_id,
        confidence
    from pairs

    union all

    select
        domain,
        'as_of_date' as cutoff,
        other_item_id as product_id,
        item_id as partner_id,
        other_confidence as confidence
    from pairs

    union all

    select
        domain,
        'holdout' as cutoff,
        item_id as product_id,
        other_item_id as partner_id,
        {{ ratio('holdout_pair_orders', 'holdout_item_orders') }} as confidence
    from pairs
    where holdout_pair_orders >= {{ var('basket_minimum_orders') }}

    union all

    select
        domain,
        'holdout' as cutoff,
        other_item_id as product_id,
        item_id as partner_id,
        {{ ratio('holdout_pair_orders', 'holdout_other_orders') }} as confidence
    from pairs
    where holdout_pair_orders >= {{ var('basket_minimum_orders') }}
),

rules_ranked as (
    select
        rules.domain,
        rules.cutoff,
        rules.product_id,
        rules.partner_id,
        rules.confidence,
        popular_products.popularity_rank,
        row_number() over (
            partition by rules.domain, rules.cutoff, rules.product_id
            order by rules.confidence desc, popular_products.popularity_rank
        ) as partner_rank
    from rules
    inner join popular_products
        on
            rules.domain = popular_products.domain
            and rules.cutoff = popular_products.cutoff
            and rules.partner_id = popular_products.product_id
),

-- The best partners, and enough popular products to fill both lists.
candidates as (
    select
        domain,
        cutoff,
        product_id,
        partner_id as suggested_product_id,
        confidence,
        popularity_rank
    from rules_ranked
    where partner_rank <= {{ best_partners_count }}

    union all

    select
        products.domain,
        products.cutoff,
        products.product_id,
        popular_products.product_id as suggested_product_id,
        cast(null as double) as confidence,
        popular_products.popularity_rank
    from popular_products as products
    inner join popular_products
        on
            products.domain = popular_products.domain
            and products.cutoff = popular_products.cutoff
            and products.product_id <> popular_products.product_id
    where
        popular_products.popularity_rank <= {{ suggestions_count + best_partners_count + 1 }}
),

suggestions as (
    select
        domain,
        cutoff,
        product_id,
        suggested_product_id,
        max(confidence) as confidence,
        min(popularity_rank) as popularity_rank_of_all
    from candidates
    group by
        domain,
        cutoff,
        product_id,
        suggested_product_id
),

suggestions_ranked as (
    select
        domain,
        cutoff,
        product_id,
        suggested_product_id,
        confidence,
        row_number() over (
            partition by domain, cutoff, product_id
            order by coalesce(confidence, 0) desc, popularity_rank_of_all
        ) as rules_rank,
        row_number() over (
            partition by domain, cutoff, product_id order by popularity_rank_of_all
        ) as popularity_rank
    from suggestions
),

final as (
    select
        domain,
        cutoff,
        product_id,
        suggested_product_id,
        confidence,
        rules_rank,
        popularity_rank
    from suggestions_ranked
    where
        confidence is not null
        or rules_rank <= {{ suggestions_count }}
        or popularity_rank <= {{ suggestions_count }}
)

select * from final
