-- Core has each return of the plant shop once, with its quantity and amount.
{{ config(group='greenery') }}
with

core as (
    select
        count(*) as returns_count,
        coalesce(sum(quantity), 0) as quantity,
        coalesce(sum(amount), 0) as amount
    from {{ ref('fct_returns') }}
    where domain = 'greenery'
),

staging as (
    select
        count(*) as returns_count,
        coalesce(sum(quantity), 0) as quantity,
        coalesce(sum(amount), 0) as amount
    from {{ ref('stg_greenery__returns') }}
)

select
    core.returns_count,
    core.quantity,
    core.amount,
    staging.returns_count as staged_returns_count,
    staging.quantity as staged_quantity,
    staging.amount as staged_amount
from core
cross join staging
where
    core.returns_count <> staging.returns_count
    or core.quantity <> staging.quantity
    or core.amount <> staging.amount
