-- Grain: one row per domain with an order and list of suggestions: 'product_suggestions' and
-- 'customer_product_suggestions'.
-- Trap: hits of rules and of popularity are on the same tests, so compare only the two rates of a
-- row. Tests of the two lists differ.
{%- set suggestions_count = var('basket_suggestions_count') %}
{%- set minimum_group_size = var('minimum_group_size') %}
with

product_suggestions as (
    select * from {{ ref('fct_product_suggestions') }}
    where cutoff = 'holdout'
),

customer_suggestions as (
    select * from {{ ref('fct_customer_suggestions') }}
    where cutoff = 'holdout'
),

domains as (
    select * from {{ ref('dim_domains') }}
),

left_out_products as (
    select products.*
    from {{ ref('fct_order_products') }} as products
    inner join {{ ref('fct_left_out_orders') }} as left_out_orders
        on
            products.domain = left_out_orders.domain
            and products.order_id = left_out_orders.order_id
),

domains_with_orders as (
    select
        products.domain,
        count(distinct left_out_products.order_id) as left_out_orders_count
    from (select distinct domain from {{ ref('fct_product_popularity') }}) as products
    left join left_out_products
        on products.domain = left_out_products.domain
    group by products.domain
),

-- Each product of a left-out order is a test: do its suggestions have another product of the order?
product_tests as (
    select
        left_out_products.domain,
        left_out_products.order_id,
        left_out_products.product_id,
        max(
            case when product_suggestions.rules_rank <= {{ suggestions_count }} then 1 else 0 end
        ) as rules_hits,
        max(
            case
                when product_suggestions.popularity_rank <= {{ suggestions_count }} then 1
                else 0
            end
        ) as popularity_hits
    from left_out_products
    inner join left_out_products as other_products
        on
            left_out_products.domain = other_products.domain
            and left_out_products.order_id = other_products.order_id
            and left_out_products.product_id <> other_products.product_id
    left join product_suggestions
        on
            left_out_products.domain = product_suggestions.domain
            and left_out_products.product_id = product_suggestions.product_id
            and other_products.product_id = product_suggestions.suggested_product_id
    where left_out_products.is_paired
    group by
        left_out_products.domain,
        left_out_products.order_id,
        left_out_products.product_id
),

-- Each customer with a left-out order and an earlier one is a test: do the suggestions have a
-- product of the left-out order?
customer_tests as (
    select
        customer_suggestions.domain,
        customer_suggestions.customer_id,
        max(
            case
                when
                    left_out_products.product_id is not null
                    and customer_suggestions.rules_rank <= {{ suggestions_count }}
                    then 1
                else 0
            end
        ) as rules_hits,
        max(
            case
                when
                    left_out_products.product_id is not null
                    and customer_suggestions.popularity_rank <= {{ suggestions_count }}
                    then 1
                else 0
            end
        ) as popularity_hits
    from customer_suggestions
    left join left_out_products
        on
            customer_suggestions.domain = left_out_products.domain
            and customer_suggestions.customer_id = left_out_products.customer_id
            and customer_suggestions.suggested_product_id = left_out_products.product_id
    group by
        customer_suggestions.domain,
        customer_suggestions.customer_id
),

tests as (
    select
        domain,
        'product_suggestions' as suggestion_list,
        rules_hits,
        popularity_hits
    from product_tests

    union all

    select
        domain,
        'customer_product_suggestions' as suggestion_list,
        rules_hits,
        popularity_hits
    from customer_tests
),

test_totals as (
    select
        domain,
        suggestion_list,
        count(*) as tests_count,
        cast(sum(rules_hits) as bigint) as rules_hits_count,
        cast(sum(popularity_hits) as bigint) as popularity_hits_count
    from tests
    group by
        domain,
        suggestion_list
),

suggestion_lists as (
    select 'product_suggestions' as suggestion_list
    union all
    select 'customer_product_suggestions' as suggestion_list
),

results as (
    select
        domains_with_orders.domain,
        suggestion_lists.suggestion_list,
        cast(
            {{ dbt.dateadd('day', 1 - var('basket_holdout_days'), 'domains.as_of_date') }} as date
        ) as holdout_start_date,
        domains.as_of_date,
        domains_with_orders.left_out_orders_count,
        coalesce(test_totals.tests_count, 0) as tests_count,
        coalesce(test_totals.rules_hits_count, 0) as rules_hits_count,
        coalesce(test_totals.popularity_hits_count, 0) as popularity_hits_count
    from domains_with_orders
    inner join domains
        on domains_with_orders.domain = domains.domain
    cross join suggestion_lists
    left join test_totals
        on
            domains_with_orders.domain = test_totals.domain
            and suggestion_lists.suggestion_list = test_totals.suggestion_list
),

final as (
    select
        domain,
        suggestion_list,
        holdout_start_date,
        as_of_date,
        left_out_orders_count,
        tests_count,
        rules_hits_count,
        popularity_hits_count,
        {{ ratio('rules_hits_count', 'tests_count') }} as rules_hit_rate,
        {{ ratio('popularity_hits_count', 'tests_count') }} as popularity_hit_rate,
        case
            when tests_count < {{ minimum_group_size }}
                then 'popularity: fewer than {{ minimum_group_size }} tests'
            when rules_hits_count > popularity_hits_count then 'rules: they hit more often'
            else 'popularity: rules hit no more often'
        end as decision,
        tests_count >= {{ minimum_group_size }}
        and rules_hits_count > popularity_hits_count as is_ranked_by_rules
    from results
)

select * from final
