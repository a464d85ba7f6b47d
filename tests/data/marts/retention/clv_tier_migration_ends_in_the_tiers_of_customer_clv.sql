-- The current stay of each customer is in the tier of customer_clv; who is not there has returned
-- every order.
with

current_stays as (
    select * from {{ ref('clv_tier_migration') }}
    where valid_to is null
),

customers as (
    select * from {{ ref('customer_clv') }}
)

select
    coalesce(customers.domain, current_stays.domain) as domain,
    coalesce(customers.customer_id, current_stays.customer_id) as customer_id,
    customers.clv_tier,
    current_stays.to_tier
from customers
full outer join current_stays
    on
        customers.domain = current_stays.domain
        and customers.customer_id = current_stays.customer_id
where coalesce(customers.clv_tier, 'Returned') is distinct from current_stays.to_tier
