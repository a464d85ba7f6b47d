-- Every promotion_id of fct_order_discounts has its row in dim_promotions, if only as 'Unknown'.
select distinct
    discounts.domain,
    discounts.promotion_id
from {{ touched_rows('fct_order_discounts') }} as discounts
left join {{ ref('dim_promotions') }} as promotions
    on
        discounts.domain = promotions.domain
        and discounts.promotion_id = promotions.promotion_id
where promotions.promotion_id is null
