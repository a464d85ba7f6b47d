-- Every customer of customer_clv has a row of predictions with the same history, and nobody else.
with

customers as (
    select * from {{ ref('customer_clv') }}
),

predictions as (
    select * from {{ ref('customer_clv_predictions') }}
)

select
    coalesce(customers.domain, predictions.domain) as domain,
    coalesce(customers.customer_id, predictions.customer_id) as customer_id,
    customers.lifetime_value,
    predictions.historic_value
from customers
full outer join predictions
    on
        customers.domain = predictions.domain
        and customers.customer_id = predictions.customer_id
where
    customers.customer_id is null
    or predictions.customer_id is null
    or customers.lifetime_value <> predictions.historic_value
