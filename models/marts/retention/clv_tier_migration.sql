-- Grain: one row per domain, customer and stay in a CLV tier, from month end to month end.
-- Trap: a customer may change tier without an order, because others order. valid_to is null for the
-- current stay; in a month that has not ended, valid_from is as_of_date.
{{ config(materialized='kept', replaces="has_touched_stay('customer_id')") }}

with

domains as (
    select * from {{ ref('dim_domains') }}
),

stays as (
    select
        tiers.domain,
        tiers.customer_id,
        coalesce(tiers.tier, 'Returned') as tier,
        {{ dbt.last_day('tiers.month_start_date', 'month') }} as last_day,
        domains.as_of_date
    from {{ ref('fct_clv_tier_stays') }} as tiers
    inner join domains
        on tiers.domain = domains.domain
    where {{ has_touched_stay('tiers.customer_id', domain='tiers.domain') }}
),

final as (
    select
        domain,
        customer_id,
        least(last_day, as_of_date) as valid_from,
        lead(least(last_day, as_of_date)) over (
            partition by domain, customer_id order by last_day
        ) as valid_to,
        coalesce(
            lag(tier) over (partition by domain, customer_id order by last_day), 'New'
        ) as from_tier,
        tier as to_tier,
        last_day <= as_of_date as is_complete
    from stays
)

select * from final
