-- Grain: one row per domain, cutoff and customer with a purchase up to the cutoff.
-- Trap: alive_probability is 1 for everybody with one purchase: the model sees a customer leave
-- only after a purchase that could have been followed by another. Act on purchase_probability.
{%- set horizon_weeks = '(cast(' ~ var('clv_horizon_days') ~ ' as double) / 7)' %}
with

customers as (
    select
        *,
        cast(days_to_last_purchase as double) / 7 as last_weeks,
        cast(days_observed as double) / 7 as observed_weeks
    from {{ ref('fct_clv_customers') }}
    where purpose = 'score'
),

parameters as (
    select * from {{ ref('clv_model_parameters') }}
),

cutoffs as (
    select * from {{ ref('fct_clv_cutoffs') }}
),

expected_purchases as (
    select * from {{ ref('fct_clv_expected_purchases') }}
),

customers_with_parameters as (
    select
        customers.domain,
        customers.cutoff,
        customers.customer_id,
        customers.repeat_purchases_count,
        customers.days_observed,
        customers.last_weeks,
        customers.observed_weeks,
        customers.recent_purchases_count,
        customers.days_to_last_purchase,
        customers.net_spend,
        customers.avg_spend_per_repeat_purchase,
        cutoffs.cutoff_date,
        cutoffs.horizon_days,
        cutoffs.is_history_too_short,
        parameters.purchase_rate_r + customers.repeat_purchases_count as k,
        parameters.purchase_rate_alpha as alpha,
        parameters.dropout_a as a,
        parameters.dropout_b as b,
        parameters.spend_p as p,
        parameters.spend_q as q,
        parameters.spend_v as v,
        case
            when cutoffs.is_history_too_short then 'history is short for the horizon'
            when parameters.fit_status = 'not_fitted' then 'too few repeat buyers'
            when parameters.is_everybody_alike then 'customers are all alike'
        end as not_predicted_reason
    from customers
    inner join cutoffs
        on
            customers.domain = cutoffs.domain
            and customers.cutoff = cutoffs.cutoff
    inner join parameters
        on
            customers.domain = parameters.domain
            and customers.cutoff = parameters.cutoff
),

customers_with_chances as (
    select
        *,
        case
            when not_predicted_reason is not null then null
            when repeat_purchases_count = 0 then cast(1 as double)
            else 1 / (
                1 + a / (b + repeat_purchases_count - 1)
                * power((alpha + observed_weeks) / (alpha + last_weeks), k)
            )
        end as alive_probability,
        case
            when not_predicted_reason is null
                then 1 - power(
                    (alpha + observed_weeks) / (alpha + observed_weeks + {{ horizon_weeks }}), k
                )
        end as purchase_probability_if_alive,
        -- With one purchase nothing is known of a customer's spend: the mean of all. Without a
        -- mean (q up to 1) there is no number. Returns may make spend negative; the model has none.
        case
            when not_predicted_reason is null and p * repeat_purchases_count + q > 1
                then {{ ratio(
                    'p * (v + repeat_purchases_count * greatest(coalesce(avg_spend_per_repeat_purchase, 0), 0))',
                    'p * repeat_purchases_count + q - 1'
                ) }}
        end as expected_order_value
    from customers_with_parameters
),

final as (
    select
        customers.domain,
        customers.cutoff,
        customers.customer_id,
        customers.cutoff_date,
        customers.horizon_days,
        customers.repeat_purchases_count,
        customers.days_to_last_purchase,
        customers.days_observed,
        customers.recent_purchases_count,
        customers.net_spend,
        customers.alive_probability,
        customers.alive_probability * customers.purchase_probability_if_alive
            as purchase_probability,
        case
            when customers.not_predicted_reason is null
                then customers.alive_probability * expected_purchases.expected_purchases_if_alive
        end as expected_purchases,
        customers.expected_order_value,
        case
            when customers.not_predicted_reason is null
                then
                    customers.alive_probability
                    * expected_purchases.expected_purchases_if_alive
                    * customers.expected_order_value
        end as predicted_value,
        coalesce(
            customers.not_predicted_reason,
            case
                when customers.expected_order_value is null then 'spend could not be fitted'
                when expected_purchases.expected_purchases_if_alive is null
                    then 'too many terms to add up'
            end
        ) as not_predicted_reason
    from customers_with_chances as customers
    left join expected_purchases
        on
            customers.domain = expected_purchases.domain
            and customers.cutoff = expected_purchases.cutoff
            and customers.repeat_purchases_count = expected_purchases.repeat_purchases_count
            and customers.days_observed = expected_purchases.days_observed
)

select * from final
