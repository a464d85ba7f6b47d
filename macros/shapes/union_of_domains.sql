{#-
    A common shape of all domains together: union_of_domains('customers') unites int_<domain>__customers over
    the var `domains`. The columns are those of the model's contract, by name. A domain may lack a shape, see the
    var missing_shapes: it has no row then, and of locations the one row '(none)'.
    by_order: for shapes that are `by_order`, see touched_rows().
-#}
{%- macro union_of_domains(shape, by_order=false) -%}
{%- for domain in var('domains') %}
{%- set part = 'int_' ~ domain ~ '__' ~ shape %}
{%- set is_missing = shape in var('missing_shapes').get(domain, []) %}
{%- set values = {'domain': sql_text(domain), 'location_id': "'(none)'", 'location_name': "'(none)'"} %}
select
    {%- for column in model.columns.values() %}
    {{ 'cast(' ~ values.get(column.name, 'null') ~ ' as ' ~ column.data_type ~ ') as ' if is_missing }}{{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- if is_missing %}
{{ 'where false' if shape != 'locations' }}
{%- else %}
from {{ touched_rows(part, reader='model.commerce_marts.' ~ part) if by_order else ref(part) }}
{%- endif %}
{% if not loop.last %}union all{% endif %}
{%- endfor -%}
{%- endmacro -%}
