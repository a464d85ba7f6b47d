-- Grain: one row per domain, customer and rank of a suggestion, at most basket_suggestions_count.
-- Trap: a customer who has bought nearly every product has fewer, and one of all products has none.
-- A null because_of_product_id is a suggestion by popularity alone.
with

suggestions as (
    select * from {{ ref('fct_customer_suggestions') }}
    where cutoff = 'as_of_date'
),

decisions as (
    select * from {{ ref('suggestion_holdout') }}
    where suggestion_list = 'customer_product_suggestions'
),

products as (
    select * from {{ ref('dim_products') }}
),

ranked as (
    select
        suggestions.domain,
        suggestions.customer_id,
        suggestions.suggested_product_id,
        case
            when decisions.is_ranked_by_rules then suggestions.rules_rank
            else suggestions.popularity_rank
        end as suggestion_rank,
        case when decisions.is_ranked_by_rules then suggestions.because_of_product_id end
            as because_of_product_id,
        case when decisions.is_ranked_by_rules then suggestions.summed_confidence end
            as summed_confidence
    from suggestions
    inner join decisions
        on suggestions.domain = decisions.domain
),

final as (
    select
        ranked.domain,
        ranked.customer_id,
        ranked.suggestion_rank,
        ranked.suggested_product_id,
        suggested_products.product_name as suggested_product_name,
        ranked.because_of_product_id,
        because_products.product_name as because_of_product_name,
        ranked.summed_confidence,
        case when ranked.because_of_product_id is null then 'popular' else 'bought together' end
            as reason
    from ranked
    left join products as suggested_products
        on
            ranked.domain = suggested_products.domain
            and ranked.suggested_product_id = suggested_products.product_id
    left join products as because_products
        on
            ranked.domain = because_products.domain
            and ranked.because_of_product_id = because_products.product_id
    where ranked.suggestion_rank <= {{ var('basket_suggestions_count') }}
)

select * from final
