{#-
    The first business day that has not ended at the end of as_of_date: the day after it, or
    as_of_date itself if business days run past midnight. Needs columns of dim_domains.
-#}
{%- macro first_unfinished_date() -%}
cast(
    case
        when has_time_of_day and {{ business_day_start_hour() }} > 0 then as_of_date
        else {{ dbt.dateadd('day', 1, 'as_of_date') }}
    end as date
)
{%- endmacro -%}
