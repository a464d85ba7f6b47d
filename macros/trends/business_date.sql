{#-
    The business day of a local timestamp: business_date('ordered_at'). With a
    business_day_start_hour of 4, a sale at 03:59 belongs to the day before. The hours are
    subtracted from local clock time, so a night with a clock change is not a special case.
-#}
{%- macro business_date(local_time) -%}
cast({{ dbt.dateadd('hour', '-' ~ business_day_start_hour(), local_time) }} as date)
{%- endmacro -%}
