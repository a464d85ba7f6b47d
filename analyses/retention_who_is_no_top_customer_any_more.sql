-- Which customers fell out of tier High and are still below it, the last ones first?
select
    migration.domain,
    migration.customer_id,
    dim_customers.name,
    migration.valid_from,
    migration.to_tier,
    customer_clv.lifetime_value,
    customer_clv.last_order_date
from {{ ref('clv_tier_migration') }} as migration
inner join {{ ref('dim_customers') }} as dim_customers
    on
        migration.domain = dim_customers.domain
        and migration.customer_id = dim_customers.customer_id
-- Who has returned every order has no lifetime value.
left join {{ ref('customer_clv') }} as customer_clv
    on
        migration.domain = customer_clv.domain
        and migration.customer_id = customer_clv.customer_id
where migration.from_tier = 'High' and migration.valid_to is null
order by migration.domain, migration.valid_from desc, migration.customer_id
