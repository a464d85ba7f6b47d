-- What a return names is in core: its order, line, product, customer and location.
with

returns as (
    select * from {{ ref('fct_returns') }}
)

{%- for name, relation, keys in [
    ('order_id', ref('fct_orders'), ['order_id']),
    ('order_line_id', ref('fct_order_lines'), ['order_id', 'order_line_id']),
    ('product_id', ref('dim_products'), ['product_id']),
    ('customer_id', ref('dim_customers'), ['customer_id']),
    ('location_id', ref('dim_locations'), ['location_id']),
] %}

select
    returns.domain,
    returns.return_id,
    '{{ name }}' as unknown_column
from returns
left join {{ relation }} as known
    on
        returns.domain = known.domain
        {%- for key in keys %}
        and returns.{{ key }} = known.{{ key }}
        {%- endfor %}
where returns.{{ name }} is not null and known.{{ keys | last }} is null
{% if not loop.last %}union all{% endif %}
{%- endfor %}
