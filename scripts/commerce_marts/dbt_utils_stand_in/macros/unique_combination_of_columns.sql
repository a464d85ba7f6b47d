{#- Fails with one row for each combination of the columns that occurs more than once. -#}
{% test unique_combination_of_columns(model, combination_of_columns) %}
{%- set key = combination_of_columns | join(", ") -%}
select {{ key }} from {{ model }} group by {{ key }} having count(*) > 1
{% endtest %}
