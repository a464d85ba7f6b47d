-- Every customer_id of fct_orders has its row in dim_customers, if only as 'Unknown'.
select distinct
    facts.domain,
    facts.customer_id
from {{ touched_rows('fct_orders') }} as facts
left join {{ ref('dim_customers') }} as dimension
    on
        facts.domain = dimension.domain
        and facts.customer_id = dimension.customer_id
where facts.customer_id is not null and dimension.customer_id is null
