{#- Fails with the rows where the expression is false; where it is null, the row passes.
    On a column, the expression is what follows the column's name, such as `>= 0`. -#}
{% test expression_is_true(model, expression, column_name="") %}
select * from {{ model }} where not ({{ column_name }} {{ expression }})
{% endtest %}
