-- Amounts of two currencies must not be added up, so a domain has one.
select
    {{ adapter.quote('domain') }},
    count(distinct currency) as currencies_count
from {{ ref('fct_orders') }}
group by {{ adapter.quote('domain') }}
having count(distinct currency) > 1
