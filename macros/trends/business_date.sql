{#-
    The business day of a local timestamp: business_date('ordered_at'). With a business_day_start_hour of
    4, a sale at 03:59 belongs to the day before. It is the wall clock that is moved back, so a night in
    which the clock changes is no different from others.
-#}
{%- macro business_date(local_time) -%}
cast({{ dbt.dateadd('hour', '-' ~ business_day_start_hour(), local_time) }} as date)
{%- endmacro -%}
