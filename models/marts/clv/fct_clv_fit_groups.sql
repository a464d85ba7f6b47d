-- Grain: one row per domain, cutoff and group of customers who look the same to the fit.
-- Trap: a domain with more than clv_maximum_groups groups is fitted to a sample of its customers,
-- chosen by a hash of their ids; one with too few repeat buyers has no row.
{%- set sampled_parts = 100000 %}
with

customers as (
    select
        domain,
        cutoff,
        customer_id,
        repeat_purchases_count,
        days_to_last_purchase,
        days_observed,
        avg_spend_per_repeat_purchase
    from {{ ref('fct_clv_customers') }}
    where purpose = 'fit'
),

histories as (
    select
        domain,
        cutoff,
        repeat_purchases_count,
        days_to_last_purchase,
        days_observed,
        sum(case when repeat_purchases_count > 0 then 1 else 0 end) as repeat_buyers_count
    from customers
    group by
        domain,
        cutoff,
        repeat_purchases_count,
        days_to_last_purchase,
        days_observed
),

fits as (
    select
        domain,
        cutoff,
        count(*) as groups_count
    from histories
    group by
        domain,
        cutoff
    having sum(repeat_buyers_count) >= {{ var('clv_minimum_repeat_buyers') }}
),

final as (
    select
        customers.domain,
        customers.cutoff,
        customers.repeat_purchases_count,
        customers.days_to_last_purchase,
        customers.days_observed,
        customers.avg_spend_per_repeat_purchase,
        count(*) as customers_count
    from customers
    inner join fits
        on
            customers.domain = fits.domain
            and customers.cutoff = fits.cutoff
    where
        abs(mod({{ row_hash(['customer_id']) }}, {{ sampled_parts }})) * fits.groups_count
        < {{ sampled_parts * var('clv_maximum_groups') }}
    group by
        customers.domain,
        customers.cutoff,
        customers.repeat_purchases_count,
        customers.days_to_last_purchase,
        customers.days_observed,
        customers.avg_spend_per_repeat_purchase
)

select * from final
