{#- Whether an app's name marks test orders, in any letter case: is_test_traffic('app_name'). -#}
{%- macro is_test_traffic(app_name) -%}
lower({{ app_name }}) like {{ sql_text(var('restaurant_test_app_pattern') | lower) }}
{%- endmacro -%}
