-- Grain: one row per domain and tenth of the customers by what was predicted for them; those
-- without a prediction are one row with a null decile.
-- Trap: a tenth with equal predictions is cut by customer_id, so where all customers are alike the
-- tenths mean nothing.
with

customers as (
    select
        *,
        case
            when predicted_value is not null
                then ntile(10) over (
                    partition by domain, predicted_value is null
                    order by predicted_value desc, customer_id
                )
        end as decile
    from {{ ref('clv_holdout_customers') }}
),

final as (
    select
        domain,
        cast(decile as bigint) as decile,
        count(*) as customers_count,
        round(avg(expected_purchases), 9) as avg_expected_purchases,
        avg(cast(actual_purchases_count as double)) as avg_actual_purchases,
        round(avg(purchase_probability), 9) as avg_purchase_probability,
        avg(case when actual_purchases_count > 0 then cast(1 as double) else 0 end) as buyers_rate,
        {{ amount('sum(predicted_value)') }} as predicted_value,
        {{ amount('sum(actual_net_spend)') }} as actual_net_spend
    from customers
    group by
        domain,
        decile
)

select * from final
