{%- macro basket_last_date_before_holdout(as_of_date) -%}
cast({{ dbt.dateadd('day', -var('basket_holdout_days'), as_of_date) }} as date)
{%- endmacro -%}
