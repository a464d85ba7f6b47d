-- Amounts in two currencies must not be added up, so a domain has only one.
select
    domain,
    count(distinct currency) as currencies_count
from {{ ref('fct_orders') }}
group by domain
having count(distinct currency) > 1
