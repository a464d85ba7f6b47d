{%- macro is_test_traffic(app_name) -%}
lower({{ app_name }}) like {{ sql_text(var('restaurant_test_app_pattern') | lower) }}
{%- endmacro -%}
