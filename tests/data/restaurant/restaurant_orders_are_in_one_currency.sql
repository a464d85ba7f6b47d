-- Amounts of two currencies cannot be added. An order without one is in the var default_currency.
{{ config(tags=['restaurant']) }}

select
    min(currency) as one_currency,
    max(currency) as another_currency
from {{ ref('int_restaurant__orders') }}
having min(currency) <> max(currency)
