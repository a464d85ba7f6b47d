-- Every product_id of fct_order_lines has its row in dim_products, if only as 'Unknown'.
select distinct
    facts.domain,
    facts.product_id
from {{ touched_rows('fct_order_lines') }} as facts
left join {{ ref('dim_products') }} as dimension
    on
        facts.domain = dimension.domain
        and facts.product_id = dimension.product_id
where facts.product_id is not null and dimension.product_id is null
