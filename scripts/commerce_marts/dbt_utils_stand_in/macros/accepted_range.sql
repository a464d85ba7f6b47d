{#- Fails with the rows whose value lies outside the bounds; null and a missing bound pass.
    A bound is SQL: a number or an expression. -#}
{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
{%- set outside = [] -%}
{%- if min_value is not none -%}
    {%- do outside.append(column_name ~ (" < " if inclusive else " <= ") ~ min_value) -%}
{%- endif -%}
{%- if max_value is not none -%}
    {%- do outside.append(column_name ~ (" > " if inclusive else " >= ") ~ max_value) -%}
{%- endif %}
select *
from {{ model }}
where {{ outside | join(" or ") if outside else "1 = 0" }}
{% endtest %}
