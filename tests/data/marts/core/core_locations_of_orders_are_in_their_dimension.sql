-- Every location_id of fct_orders has its row in dim_locations, if only as 'Unknown'.
select distinct
    facts.domain,
    facts.location_id
from {{ touched_rows('fct_orders') }} as facts
left join {{ ref('dim_locations') }} as dimension
    on
        facts.domain = dimension.domain
        and facts.location_id = dimension.location_id
where facts.location_id is not null and dimension.location_id is null
