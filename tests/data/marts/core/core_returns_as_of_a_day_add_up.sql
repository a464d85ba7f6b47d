-- The returned quantities and amounts of orders, and of lines, are those of the returns up to
-- as_of_date that have such an order or line. They are null where a domain has no returns.
with

domains as (
    select * from {{ ref('dim_domains') }}
),

returns as (
    select fct_returns.*
    from {{ ref('fct_returns') }} as fct_returns
    inner join domains
        on fct_returns.domain = domains.domain
    where fct_returns.counts_as_sale and fct_returns.return_date <= domains.as_of_date
)

{%- for facts, keys in [
    (ref('fct_orders_as_of'), ['order_id']),
    (ref('fct_order_lines_as_of'), ['order_id', 'order_line_id']),
] %}
{%- set part = 'orders' if loop.first else 'lines' %},

{{ part }} as (
    select
        domain,
        sum(returned_quantity) as returned_quantity,
        sum(returned_amount) as returned_amount,
        count(*) as rows_count,
        count(returned_quantity) as rows_with_quantity_count,
        count(returned_amount) as rows_with_amount_count
    from {{ facts }}
    group by domain
),

returns_of_{{ part }} as (
    select
        returns.domain,
        sum(returns.quantity) as returned_quantity,
        sum(returns.amount) as returned_amount
    from returns
    inner join {{ facts }} as facts
        on
            returns.domain = facts.domain
            {%- for key in keys %}
            and returns.{{ key }} = facts.{{ key }}
            {%- endfor %}
    group by returns.domain
)
{%- endfor %}

{%- for part in ['orders', 'lines'] %}

select
    '{{ part }}' as facts,
    {{ part }}.domain,
    domains.has_returns,
    {{ part }}.returned_amount,
    returns_of_{{ part }}.returned_amount as expected_returned_amount
from {{ part }}
inner join domains
    on {{ part }}.domain = domains.domain
left join returns_of_{{ part }}
    on {{ part }}.domain = returns_of_{{ part }}.domain
where
    case when domains.has_returns then {{ part }}.rows_count else 0 end
    <> {{ part }}.rows_with_quantity_count
    or {{ part }}.rows_with_quantity_count <> {{ part }}.rows_with_amount_count
    or coalesce({{ part }}.returned_quantity, 0)
    <> coalesce(returns_of_{{ part }}.returned_quantity, 0)
    or coalesce({{ part }}.returned_amount, 0)
    <> coalesce(returns_of_{{ part }}.returned_amount, 0)
{% if not loop.last %}union all{% endif %}
{%- endfor %}
