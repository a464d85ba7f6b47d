-- Grain: one row per domain, cutoff ('as_of_date' or 'holdout') and product that was sold by then.
-- Trap: popularity_rank has no ties, because suggestions need one order: by product_id then.
with

product_orders as (
    select
        products.domain,
        products.product_id,
        count(*) as orders_count,
        count(
            case
                when
                    products.order_date
                    <= {{ basket_last_date_before_holdout('domains.as_of_date') }}
                    then 1
            end
        ) as holdout_orders_count
    from {{ ref('fct_order_products') }} as products
    inner join {{ ref('dim_domains') }} as domains
        on products.domain = domains.domain
    group by
        products.domain,
        products.product_id
),

products as (
    select
        domain,
        'as_of_date' as cutoff,
        product_id,
        orders_count
    from product_orders

    union all

    select
        domain,
        'holdout' as cutoff,
        product_id,
        holdout_orders_count as orders_count
    from product_orders
    where holdout_orders_count > 0
),

final as (
    select
        domain,
        cutoff,
        product_id,
        orders_count,
        row_number() over (
            partition by domain, cutoff order by orders_count desc, product_id
        ) as popularity_rank
    from products
)

select * from final
