{#-
    A common shape of all domains together: union_of_domains('orders') unites int_<domain>__orders over
    the var `domains`. The columns are those of the model's contract, by name.
-#}
{%- macro union_of_domains(shape) -%}
{%- for domain in var('domains') %}
{%- set part = 'int_' ~ domain ~ '__' ~ shape %}
select
    {%- for column in model.columns %}
    {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref(part) if config.get('materialized') != 'by_order' else touched_rows(part, 'model.commerce_marts.' ~ part) }}
{% if not loop.last %}union all{% endif %}
{%- endfor -%}
{%- endmacro -%}
