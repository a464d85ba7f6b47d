-- What is offered to the best customers, why, and how often such offers hit on orders left out?
select
    suggestions.domain,
    suggestions.customer_id,
    dim_customers.name,
    suggestions.suggestion_rank,
    suggestions.suggested_product_name,
    suggestions.because_of_product_name,
    suggestions.reason,
    holdout.decision,
    round(holdout.rules_hit_rate, 4) as rules_hit_rate,
    round(holdout.popularity_hit_rate, 4) as popularity_hit_rate
from {{ ref('customer_product_suggestions') }} as suggestions
inner join {{ ref('customer_clv') }} as customer_clv
    on
        suggestions.domain = customer_clv.domain
        and suggestions.customer_id = customer_clv.customer_id
inner join {{ ref('dim_customers') }} as dim_customers
    on
        suggestions.domain = dim_customers.domain
        and suggestions.customer_id = dim_customers.customer_id
inner join {{ ref('suggestion_holdout') }} as holdout
    on
        suggestions.domain = holdout.domain
        and holdout.suggestion_list = 'customer_product_suggestions'
where customer_clv.clv_tier = 'High'
order by
    suggestions.domain,
    customer_clv.lifetime_value desc,
    suggestions.customer_id,
    suggestions.suggestion_rank
