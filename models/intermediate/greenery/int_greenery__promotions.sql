-- Grain: one row per promo, known from the look-up table or from discounts only.
-- Trap: promos have no dates; use the first and last order that used one.
with

promos as (
    select * from {{ ref('stg_greenery__promos') }}
),

promos_used as (
    select promotion_id
    from {{ ref('int_greenery__order_discounts') }}
    group by promotion_id
),

final as (
    select
        'greenery' as domain,
        coalesce(promos.promo_id, promos_used.promotion_id) as promotion_id,
        case
            when promos.promo_id is not null then promos.promo_id
            when promos_used.promotion_id = '(none)' then '(none)'
            else 'Unknown'
        end as promotion_name,
        'promo' as promotion_type,
        cast(null as date) as starts_on,
        cast(null as date) as ends_on
    from promos
    full outer join promos_used
        on promos.promo_id = promos_used.promotion_id
)

select * from final
