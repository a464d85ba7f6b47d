{#- A select with one row per datepart in column date_<datepart>, from start_date on and before end_date.
    dbt itself has this macro by now, but not everywhere does it refuse an empty series as the
    package does. -#}
{% macro date_spine(datepart, start_date, end_date) %}
{%- if dbt.get_intervals_between(start_date, end_date, datepart) <= 0 -%}
    {{ exceptions.raise_compiler_error("upper bound must be positive") }}
{%- endif -%}
{{- return(dbt.date_spine(datepart, start_date, end_date)) -}}
{% endmacro %}
