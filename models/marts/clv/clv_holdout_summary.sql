-- Grain: one row per domain and method, for domains with a customer a horizon before as_of_date.
-- Trap: totals and ranking are two things. A method may be right in sum and rank nobody (gini 0),
-- as it must where all customers are alike.
with

customers as (
    select * from {{ ref('clv_holdout_customers') }}
),

predictions as (
    select
        domain,
        'bg_nbd' as method,
        customer_id,
        expected_purchases as predicted_purchases,
        cast(predicted_value as double) as predicted_spend,
        purchase_probability,
        actual_purchases_count,
        cast(actual_net_spend as double) as actual_spend
    from customers
    {%- for method in ['past_rate', 'past_rate_if_recent', 'last_period'] %}

    union all

    select
        domain,
        '{{ method }}' as method,
        customer_id,
        {{ method }}_purchases as predicted_purchases,
        {{ method }}_purchases * cast(avg_spend as double) as predicted_spend,
        null as purchase_probability,
        actual_purchases_count,
        cast(actual_net_spend as double) as actual_spend
    from customers
    {%- endfor %}
),

-- Equal predictions share the mean of their places, so that chance does not rank them.
ranked as (
    select
        *,
        rank() over (partition by domain, method order by predicted_spend desc)
        + (count(*) over (partition by domain, method, predicted_spend) - 1) / 2.0
            as predicted_place,
        rank() over (partition by domain, method order by actual_spend desc)
        + (count(*) over (partition by domain, method, actual_spend) - 1) / 2.0
            as actual_place,
        row_number() over (partition by domain, method order by predicted_spend desc, customer_id)
            as place,
        count(*) over (partition by domain, method) as method_customers_count
    from predictions
    where predicted_spend is not null
),

methods as (
    select
        domain,
        method,
        count(*) as customers_count,
        {{ ratio('sum(predicted_purchases)', 'sum(actual_purchases_count)') }} - 1 as bias_rate,
        avg(abs(predicted_purchases - actual_purchases_count)) as mean_absolute_error,
        sqrt(avg(power(predicted_purchases - actual_purchases_count, 2)))
            as root_mean_squared_error,
        case
            when sum(actual_spend) > 0
                then {{ ratio('sum(predicted_spend)', 'sum(actual_spend)') }} - 1
        end as spend_bias_rate,
        {{ ratio(
            'sum(actual_spend * (method_customers_count + 1 - 2 * predicted_place))',
            'sum(actual_spend * (method_customers_count + 1 - 2 * actual_place))'
        ) }} as gini,
        case
            when sum(actual_spend) > 0
                then {{ ratio(
                    'sum(case when place <= ceil(method_customers_count / 10.0) then actual_spend else 0 end)',
                    'sum(actual_spend)'
                ) }}
        end as top_decile_share,
        avg(power(purchase_probability - case when actual_purchases_count > 0 then 1 else 0 end, 2))
            as brier_score
    from ranked
    group by
        domain,
        method
),

past_rates as (
    select * from methods
    where method = 'past_rate'
),

-- Rounded: a sum of doubles depends on the order of rows in its last digits.
final as (
    select
        methods.domain,
        methods.method,
        methods.customers_count,
        round(methods.bias_rate, 9) as bias_rate,
        round(methods.mean_absolute_error, 9) as mean_absolute_error,
        round(methods.root_mean_squared_error, 9) as root_mean_squared_error,
        round(methods.spend_bias_rate, 9) as spend_bias_rate,
        round(methods.gini, 9) as gini,
        round(methods.top_decile_share, 9) as top_decile_share,
        round(methods.brier_score, 9) as brier_score,
        case
            when methods.method <> 'past_rate'
                then methods.root_mean_squared_error < past_rates.root_mean_squared_error
        end as is_better_than_past_rate
    from methods
    inner join past_rates
        on methods.domain = past_rates.domain
)

select * from final
