-- Grain: one row per domain and customer with an order up to as_of_date that was not returned in
-- full.
-- Trap: what is predicted is net spend on days with purchases within horizon_days, for customers
-- one by one right only on average. Guests, and customers still to come, are not in it.
with

scores as (
    select * from {{ ref('fct_clv_scores') }}
    where cutoff = 'now'
),

customers as (
    select * from {{ ref('customer_clv') }}
),

final as (
    select
        customers.domain,
        customers.customer_id,
        scores.cutoff_date as as_of_date,
        scores.horizon_days,
        scores.alive_probability,
        scores.purchase_probability,
        scores.expected_purchases,
        {{ amount('scores.expected_order_value') }} as expected_order_value,
        {{ amount('scores.predicted_value') }} as predicted_value,
        customers.lifetime_value as historic_value,
        {{ amount('customers.lifetime_value + ' ~ amount('scores.predicted_value')) }}
            as total_value,
        case
            when scores.predicted_value is not null
                then rank() over (
                    partition by customers.domain order by scores.predicted_value desc nulls last
                )
        end as predicted_value_rank,
        scores.predicted_value is not null as is_predicted,
        scores.not_predicted_reason
    from customers
    inner join scores
        on
            customers.domain = scores.domain
            and customers.customer_id = scores.customer_id
)

select * from final
