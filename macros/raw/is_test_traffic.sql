{#- Whether the name of an app marks its orders as tests, in any case: is_test_traffic('app_name'). -#}
{%- macro is_test_traffic(app_name) -%}
lower({{ app_name }}) like {{ sql_text(var('restaurant_test_app_pattern') | lower) }}
{%- endmacro -%}
