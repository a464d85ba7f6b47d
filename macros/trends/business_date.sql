{%- macro business_date(local_time) -%}
cast({{ dbt.dateadd('hour', '-' ~ business_day_start_hour(), local_time) }} as date)
{%- endmacro -%}
