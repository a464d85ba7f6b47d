-- Who is expected to buy most in the next year, and how sure is it that they come back at all?
with

predictions as (
    select
        predictions.*,
        customers.name,
        customers.city
    from {{ ref('customer_clv_predictions') }} as predictions
    inner join {{ ref('dim_customers') }} as customers
        on
            predictions.domain = customers.domain
            and predictions.customer_id = customers.customer_id
)

select
    domain,
    predicted_value_rank,
    customer_id,
    name,
    city,
    round(purchase_probability, 4) as purchase_probability,
    round(expected_purchases, 2) as expected_purchases,
    round(expected_order_value, 2) as expected_order_value,
    round(predicted_value, 2) as predicted_value,
    historic_value
from predictions
where predicted_value_rank <= 10
order by domain, predicted_value_rank, customer_id
