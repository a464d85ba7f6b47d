-- Grain: one row per domain, product and rank of a suggestion, at most basket_suggestions_count.
-- Trap: a suggestion with a null confidence is only popular: no rule is known, or popularity hit
-- as often as rules on the orders that were left out (see suggestion_holdout).
with

suggestions as (
    select * from {{ ref('fct_product_suggestions') }}
    where cutoff = 'as_of_date'
),

decisions as (
    select * from {{ ref('suggestion_holdout') }}
    where suggestion_list = 'product_suggestions'
),

products as (
    select * from {{ ref('dim_products') }}
),

ranked as (
    select
        suggestions.domain,
        suggestions.product_id,
        suggestions.suggested_product_id,
        case
            when decisions.is_ranked_by_rules then suggestions.rules_rank
            else suggestions.popularity_rank
        end as suggestion_rank,
        case when decisions.is_ranked_by_rules then suggestions.confidence end as confidence
    from suggestions
    inner join decisions
        on suggestions.domain = decisions.domain
),

final as (
    select
        ranked.domain,
        ranked.product_id,
        ranked.suggestion_rank,
        products.product_name,
        ranked.suggested_product_id,
        suggested_products.product_name as suggested_product_name,
        ranked.confidence,
        case when ranked.confidence is null then 'popular' else 'bought together' end as reason
    from ranked
    left join products
        on
            ranked.domain = products.domain
            and ranked.product_id = products.product_id
    left join products as suggested_products
        on
            ranked.domain = suggested_products.domain
            and ranked.suggested_product_id = suggested_products.product_id
    where ranked.suggestion_rank <= {{ var('basket_suggestions_count') }}
)

select * from final
