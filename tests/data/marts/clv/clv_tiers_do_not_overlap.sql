-- A customer in a higher tier has spent more than any customer in a lower tier.
with

tiers as (
    select
        domain,
        min_lifetime_value,
        max_lifetime_value,
        case clv_tier when 'High' then 3 when 'Medium' then 2 when 'Low' then 1 end as tier_order
    from {{ ref('clv_tier_summary') }}
)

select
    higher.domain,
    higher.min_lifetime_value,
    lower_tier.max_lifetime_value
from tiers as higher
inner join tiers as lower_tier
    on
        higher.domain = lower_tier.domain
        and higher.tier_order > lower_tier.tier_order
where higher.min_lifetime_value <= lower_tier.max_lifetime_value

union all

select
    domain,
    min_lifetime_value,
    max_lifetime_value
from tiers
where tier_order is null
