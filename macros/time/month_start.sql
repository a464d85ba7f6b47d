{%- macro month_start(day) -%}cast({{ dbt.date_trunc('month', day) }} as date){%- endmacro -%}
