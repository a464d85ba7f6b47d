-- Grain: one row per domain, cutoff ('as_of_date' or 'holdout'), customer and product that may be
-- suggested: the first by the rules, by popularity, or both. Never one bought before.
-- Trap: the holdout has only customers with a left-out order and an earlier one, and does not know
-- the left-out order.
{%- set suggestions_count = var('basket_suggestions_count') %}
with

customer_products as (
    select * from {{ ref('fct_customer_products') }}
),

cutoffs as (
    select 'as_of_date' as cutoff
    union all
    select 'holdout' as cutoff
),

-- Numbers in place of names: windows and joins of all customers' products take half the time.
-- A product that is new in the holdout has no popularity there, and the last numbers.
products as (
    select
        all_products.domain,
        cutoffs.cutoff,
        all_products.product_id,
        popular_products.popularity_rank,
        dense_rank() over (order by all_products.domain, cutoffs.cutoff) as list_number,
        row_number() over (
            partition by all_products.domain, cutoffs.cutoff
            order by coalesce(popular_products.orders_count, 0) desc, all_products.product_id
        ) as product_number
    from {{ ref('fct_product_popularity') }} as all_products
    cross join cutoffs
    left join {{ ref('fct_product_popularity') }} as popular_products
        on
            all_products.domain = popular_products.domain
            and all_products.product_id = popular_products.product_id
            and cutoffs.cutoff = popular_products.cutoff
    where all_products.cutoff = 'as_of_date'
),

rules as (
    select
        products.list_number,
        products.product_number,
        suggested_products.product_number as suggested_number,
        rules.confidence
    from {{ ref('fct_product_suggestions') }} as rules
    inner join products
        on
            rules.domain = products.domain
            and rules.cutoff = products.cutoff
            and rules.product_id = products.product_id
    inner join products as suggested_products
        on
            rules.domain = suggested_products.domain
            and rules.cutoff = suggested_products.cutoff
            and rules.suggested_product_id = suggested_products.product_id
    where rules.confidence is not null
),

purchases as (
    select
        products.list_number,
        customer_products.customer_id,
        products.product_number,
        products.popularity_rank,
        customer_products.last_ordered_at_utc
    from customer_products
    inner join products
        on
            customer_products.domain = products.domain
            and customer_products.product_id = products.product_id
    where products.cutoff = 'as_of_date'

    union all

    select
        products.list_number,
        customer_products.customer_id,
        products.product_number,
        products.popularity_rank,
        customer_products.earlier_ordered_at_utc as last_ordered_at_utc
    from customer_products
    inner join {{ ref('fct_left_out_orders') }} as left_out_orders
        on
            customer_products.domain = left_out_orders.domain
            and customer_products.customer_id = left_out_orders.customer_id
    inner join products
        on
            customer_products.domain = products.domain
            and customer_products.product_id = products.product_id
    where
        products.cutoff = 'holdout'
        and customer_products.earlier_ordered_at_utc is not null
),

purchases_ranked as (
    select
        list_number,
        customer_id,
        product_number,
        popularity_rank,
        row_number() over (
            partition by customer_id, list_number
            order by last_ordered_at_utc desc, product_number
        ) as recency_rank,
        row_number() over (
            partition by customer_id, list_number order by product_number
        ) as place_by_popularity
    from purchases
),

rules_of_customers as (
    select
        purchases_ranked.list_number,
        purchases_ranked.customer_id,
        rules.suggested_number,
        rules.confidence,
        purchases_ranked.product_number as because_of_number,
        row_number() over (
            partition by
                purchases_ranked.customer_id,
                purchases_ranked.list_number,
                rules.suggested_number
            order by rules.confidence desc, purchases_ranked.recency_rank
        ) as rule_rank
    from purchases_ranked
    inner join rules
        on
            purchases_ranked.list_number = rules.list_number
            and purchases_ranked.product_number = rules.product_number
    left join purchases
        on
            purchases_ranked.list_number = purchases.list_number
            and purchases_ranked.customer_id = purchases.customer_id
            and rules.suggested_number = purchases.product_number
    where
        purchases_ranked.recency_rank <= {{ var('basket_last_products_count') }}
        and purchases.product_number is null
),

-- Rounded: the sum of the same numbers in another order may differ in the last digit.
scores as (
    select
        list_number,
        customer_id,
        suggested_number,
        round(sum(confidence), 9) as summed_confidence,
        max(case when rule_rank = 1 then because_of_number end) as because_of_number
    from rules_of_customers
    group by
        list_number,
        customer_id,
        suggested_number
),

-- The n-th most popular product that a customer lacks has rank n + the number of bought products
-- that are more popular. So nothing is joined with all products.
bought_before as (
    select
        {%- for place in range(1, suggestions_count + 1) %}
        count(case when popularity_rank - place_by_popularity < {{ place }} then 1 end)
            as bought_before_{{ place }},
        {%- endfor %}
        list_number,
        customer_id
    from purchases_ranked
    group by
        list_number,
        customer_id
),

lacking_ranks as (
    {%- for place in range(1, suggestions_count + 1) %}
    select
        list_number,
        customer_id,
        {{ place }} + bought_before_{{ place }} as popularity_rank
    from bought_before
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- Of the products with a popularity, the number is the popularity_rank.
candidates as (
    select
        list_number,
        customer_id,
        suggested_number,
        because_of_number,
        summed_confidence
    from scores

    union all

    select
        list_number,
        customer_id,
        popularity_rank as suggested_number,
        cast(null as bigint) as because_of_number,
        cast(null as double) as summed_confidence
    from lacking_ranks
),

suggestions as (
    select
        list_number,
        customer_id,
        suggested_number,
        max(because_of_number) as because_of_number,
        max(summed_confidence) as summed_confidence
    from candidates
    group by
        list_number,
        customer_id,
        suggested_number
),

suggestions_ranked as (
    select
        *,
        row_number() over (
            partition by customer_id, list_number
            order by coalesce(summed_confidence, 0) desc, suggested_number
        ) as rules_rank,
        row_number() over (
            partition by customer_id, list_number order by suggested_number
        ) as popularity_rank
    from suggestions
),

final as (
    select
        products.domain,
        products.cutoff,
        suggestions.customer_id,
        products.product_id as suggested_product_id,
        reasons.product_id as because_of_product_id,
        suggestions.summed_confidence,
        suggestions.rules_rank,
        suggestions.popularity_rank
    from suggestions_ranked as suggestions
    inner join products
        on
            suggestions.list_number = products.list_number
            and suggestions.suggested_number = products.product_number
            and products.popularity_rank is not null
    left join products as reasons
        on
            suggestions.list_number = reasons.list_number
            and suggestions.because_of_number = reasons.product_number
    where
        suggestions.rules_rank <= {{ suggestions_count }}
        or suggestions.popularity_rank <= {{ suggestions_count }}
)

select * from final
