{#-
    A common shape of all domains together: union_of_domains('customers') unites int_<domain>__customers over
    the var `domains`. The columns are those of the model's contract, by name.
    by_order: for shapes that are made by order, see touched_rows().
-#}
{%- macro union_of_domains(shape, by_order=false) -%}
{%- for domain in var('domains') %}
{%- set part = 'int_' ~ domain ~ '__' ~ shape %}
select
    {%- for column in model.columns %}
    {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ touched_rows(part, reader='model.commerce_marts.' ~ part) if by_order else ref(part) }}
{% if not loop.last %}union all{% endif %}
{%- endfor -%}
{%- endmacro -%}
