-- A suggestion by a rule has the confidence that product_pairs has, and stands only in lists that
-- suggestion_holdout ranks by rules. A customer's suggestion is because of a product that has one.
with

holdout as (
    select * from {{ ref('suggestion_holdout') }}
),

rules as (
    select
        domain,
        product_id,
        other_product_id as partner_id,
        confidence
    from {{ ref('product_pairs') }}

    union all

    select
        domain,
        other_product_id as product_id,
        product_id as partner_id,
        other_confidence as confidence
    from {{ ref('product_pairs') }}
),

suggestions as (
    select
        'product_suggestions' as suggestion_list,
        domain,
        product_id as suggested_to,
        suggested_product_id,
        product_id as because_of_product_id,
        confidence,
        reason
    from {{ ref('product_suggestions') }}

    union all

    select
        'customer_product_suggestions' as suggestion_list,
        domain,
        customer_id as suggested_to,
        suggested_product_id,
        because_of_product_id,
        summed_confidence as confidence,
        reason
    from {{ ref('customer_product_suggestions') }}
),

final as (
    select
        suggestions.suggestion_list,
        suggestions.domain,
        suggestions.suggested_to,
        suggestions.suggested_product_id,
        suggestions.because_of_product_id,
        suggestions.reason,
        suggestions.confidence,
        rules.confidence as pair_confidence,
        holdout.decision
    from suggestions
    left join holdout
        on
            suggestions.domain = holdout.domain
            and suggestions.suggestion_list = holdout.suggestion_list
    left join rules
        on
            suggestions.domain = rules.domain
            and suggestions.because_of_product_id = rules.product_id
            and suggestions.suggested_product_id = rules.partner_id
    where
        holdout.domain is null
        or (suggestions.reason = 'popular') <> (suggestions.confidence is null)
        or (
            suggestions.reason <> 'popular'
            and (
                not holdout.is_ranked_by_rules
                -- A sum is at least the confidence of one product.
                or suggestions.confidence < rules.confidence - 0.000001
                or rules.confidence is null
                or (
                    suggestions.suggestion_list = 'product_suggestions'
                    and suggestions.confidence > rules.confidence + 0.000001
                )
            )
        )
)

select * from final
