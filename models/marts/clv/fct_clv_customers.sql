-- Grain: one row per domain, cutoff, purpose (fit, score) and customer with a purchase by then.
-- Trap: it shows what was known on the day: an order that is returned in full later is a purchase.
{{ config(materialized='view') }}

select
    purchases.domain,
    purchases.cutoff,
    purchases.purpose,
    purchases.customer_id,
    purchases.first_purchase_date,
    purchases.last_purchase_date,
    purchases.repeat_purchases_count,
    purchases.days_to_last_purchase,
    cast({{ dbt.datediff(
        'purchases.first_purchase_date',
        "case when purchases.purpose = 'fit' then cutoffs.fit_date else cutoffs.cutoff_date end",
        'day'
    ) }} as bigint) as days_observed,
    purchases.recent_purchases_count,
    purchases.net_spend,
    purchases.avg_spend_per_repeat_purchase
from {{ ref('fct_clv_purchases') }} as purchases
inner join {{ ref('fct_clv_cutoffs') }} as cutoffs
    on
        purchases.domain = cutoffs.domain
        and purchases.cutoff = cutoffs.cutoff
