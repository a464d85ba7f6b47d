{%- macro union_of_domains(shape, by_order=false) -%}
{%- for domain in var('domains') if not (by_order and domain in build_var('unchanged_domains')) %}
{%- set part = 'int_' ~ domain ~ '__' ~ shape %}
{%- if shape in var('missing_shapes').get(domain, []) %}
{{ rows_of_missing_shape(domain, shape) }}
{%- else %}
select
    {%- for column in model.columns.values() %}
    {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ touched_rows(part, reader='model.commerce_marts.' ~ part) if by_order else ref(part) }}
{%- endif %}
{% if not loop.last %}union all{% endif %}
{%- endfor -%}
{%- endmacro -%}

{%- macro rows_of_missing_shape(domain, shape) -%}
{%- set missing = var('missing_shapes')[domain] %}
{%- set orders = ref('int_' ~ domain ~ '__orders') if shape in ['customers', 'domains'] %}
{%- set order_date = 'case when counts_as_sale then order_date end' %}
{%- set returns = ref('int_' ~ domain ~ '__returns') if shape in ['customers', 'domains'] and 'returns' not in missing %}
{%- set last_return_date = '(select max(case when counts_as_sale then return_date end) from ' ~ returns ~ ')' if returns else 'null' %}
{%- set days = {'first_order_date': 'min(' ~ order_date ~ ')', 'last_order_date': 'max(' ~ order_date ~ ')'} %}
{%- set values = {
    'customers': dict(days, customer_id='customer_id'),
    'domains': dict(
        days,
        currency='coalesce(max(currency), ' ~ sql_text(var('default_currency')) ~ ')',
        as_of_date=as_of_date(domain, days.last_order_date, last_return_date),
        has_time_of_day=false,
        has_discounts='order_discounts' not in missing,
        has_loyalty=false,
        is_loyalty_in_contract=false,
        has_locations='locations' not in missing,
        has_returns='(select count(*) > 0 from ' ~ returns ~ ')' if returns else false
    ),
    'locations': {'location_id': "'(none)'", 'location_name': "'(none)'"},
}.get(shape, {}) %}
select
    {%- for column in model.columns.values() %}
    cast({{ dict(values, domain=sql_text(domain)).get(column.name, 'null') }} as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- if shape == 'domains' %}
from {{ orders }}
{%- elif shape == 'customers' %}
from
    {%- if returns %}
    (
        select customer_id, order_date, counts_as_sale from {{ orders }}
        union all
        select customer_id, null as order_date, false as counts_as_sale from {{ returns }}
    ) as buyers
    {%- else %} {{ orders }}{% endif %}
where customer_id is not null
group by customer_id
{%- elif shape != 'locations' %}
where false
{%- endif %}
{%- endmacro -%}
