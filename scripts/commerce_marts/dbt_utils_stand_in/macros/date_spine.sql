{#- A select with one row per datepart in column date_<datepart>, from start_date on and before end_date.
    dbt itself has this macro by now. -#}
{% macro date_spine(datepart, start_date, end_date) %}
{{- return(dbt.date_spine(datepart, start_date, end_date)) -}}
{% endmacro %}
