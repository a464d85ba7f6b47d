{#- A query that never ends, if the var `stalled` names the node. -#}
{% macro stall(node) %}
{%- if var("stalled") == node -%}
    select 'stalled' as state, max(i + j) as result
    from range(1000000000) as a(i), range(1000000000) as b(j)
{%- endif -%}
{% endmacro %}
