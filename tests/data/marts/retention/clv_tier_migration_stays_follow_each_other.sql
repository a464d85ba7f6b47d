-- A customer's first stay comes from New, at the end of the month of the first order that was ever
-- kept until a month end. Each later one begins where the one before ends, and comes from its tier.
-- All begin at month ends, or at as_of_date.
with

stays as (
    select
        migration.domain,
        migration.customer_id,
        migration.valid_from,
        migration.valid_to,
        migration.from_tier,
        migration.to_tier,
        migration.is_complete,
        lag(migration.to_tier) over (
            partition by migration.domain, migration.customer_id order by migration.valid_from
        ) as previous_to_tier,
        lag(migration.valid_to) over (
            partition by migration.domain, migration.customer_id order by migration.valid_from
        ) as previous_valid_to,
        row_number() over (
            partition by migration.domain, migration.customer_id order by migration.valid_from
        ) as stay_number,
        count(*) over (partition by migration.domain, migration.customer_id) as stays_count,
        domains.as_of_date
    from {{ ref('clv_tier_migration') }} as migration
    inner join {{ ref('dim_domains') }} as domains
        on migration.domain = domains.domain
)

select *
from stays
where
    (stay_number = 1 and (from_tier <> 'New' or to_tier = 'Returned'))
    or (stay_number > 1 and from_tier is distinct from previous_to_tier)
    or (stay_number > 1 and valid_from is distinct from previous_valid_to)
    or (valid_to is null) <> (stay_number = stays_count)
    or valid_from > as_of_date
    or (valid_from < as_of_date and valid_from <> {{ dbt.last_day('valid_from', 'month') }})
    or is_complete <> (valid_from = {{ dbt.last_day('valid_from', 'month') }})
