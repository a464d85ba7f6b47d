{#- Fails with the rows whose value lies outside the bounds; null and a missing bound pass.
    A bound is SQL: a number or an expression. -#}
{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
{%- set equal = "=" if inclusive else "" %}
select * from {{ model }}
where not (
    {{ column_name ~ " >" ~ equal ~ " " ~ min_value if min_value is not none else "true" }}
    and {{ column_name ~ " <" ~ equal ~ " " ~ max_value if max_value is not none else "true" }}
)
{% endtest %}
