{%- macro is_touched(by, column, and_next_day=false, days_ago=none, listed_in='touched_days_and_customers') -%}
{%- set touched = ref(listed_in) -%}
{%- set customers_days_ago = customers_of_days_ago(days_ago) if days_ago is not none -%}
{%- if not build_var('incremental') -%}
true
{%- elif by == 'customer' -%}
(domain, {{ column }}) in (
    select domain, customer_id from {{ touched }} where customer_id is not null
    {%- if customers_days_ago %}
    union
    {{ customers_days_ago }}
    {%- endif %}
)
{%- elif by == 'day' -%}
(domain, {{ column }}) in (
    select domain, touched_date from {{ touched }}
    {%- if and_next_day %}
    union
    select domain, cast({{ dbt.dateadd('day', 1, 'touched_date') }} as date) from {{ touched }}
    {%- endif %}
)
{%- elif by == 'month' -%}
(domain, {{ column }}) in (select domain, {{ month_start('touched_date') }} from {{ touched }})
{%- elif by == 'month or later' -%}
(domain, {{ column }}) in (
    select first_months.domain, cast({{ dbt.dateadd('month', 'numbers.whole_number', 'first_months.first_month') }} as date)
    from ({{ first_touched_months() }}) as first_months
    cross join ({{ whole_numbers(2048) }}) as numbers
)
{%- endif -%}
{%- endmacro -%}

{%- macro first_touched_months() -%}
{%- set touched = ref('touched_days_and_customers') -%}
{%- if build_var('incremental') -%}
select domain, min({{ month_start('touched_date') }}) as first_month from {{ touched }} group by domain
{%- else -%}
select domain, cast('0001-02-01' as date) as first_month from {{ ref('dim_domains') }}
{%- endif -%}
{%- endmacro -%}

{%- macro customers_of_days_ago(days_ago) -%}
select orders.domain, orders.customer_id
from {{ ref('fct_orders') }} as orders
inner join {{ ref('dim_domains') }} as domains on orders.domain = domains.domain
inner join {{ before_this_build('dim_domains') }} as domains_before on orders.domain = domains_before.domain
where
    orders.customer_id is not null
    and orders.order_date between
    {{ dbt.dateadd('day', -days_ago, 'least(domains.as_of_date, domains_before.as_of_date)') }}
    and {{ dbt.dateadd('day', -days_ago, 'greatest(domains.as_of_date, domains_before.as_of_date)') }}
{%- endmacro -%}
