-- Do members spend more than others, and more than before they joined? An association only.
select
    impact.domain,
    impact.customers_count as members_count,
    impact.avg_spend_per_customer,
    impact.lifetime_value_difference,
    impact.lifetime_value_difference_lower,
    impact.lifetime_value_difference_upper,
    before_after.compared_members_count,
    before_after.spend_per_30_days_before,
    before_after.spend_per_30_days_after,
    before_after.spend_difference,
    before_after.spend_difference_lower,
    before_after.spend_difference_upper,
    case
        when impact.is_too_small or before_after.is_too_small then 'too few to say'
        when impact.lifetime_value_difference_lower > 0 and before_after.spend_difference_lower > 0
            then 'more than others, and more than before'
        when impact.lifetime_value_difference_lower > 0
            then 'more than others, but not clearly more than before'
        else 'no clear difference'
    end as reading
from {{ ref('loyalty_program_impact') }} as impact
inner join {{ ref('loyalty_before_after') }} as before_after
    on impact.domain = before_after.domain
where impact.customer_group = 'member'
order by impact.domain
