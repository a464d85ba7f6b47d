{%- macro month_start(day) -%}{{ period_start('month', day) }}{%- endmacro -%}
