{%- macro first_unfinished_date() -%}
cast(
    case
        when has_time_of_day and {{ business_day_start_hour() }} > 0 then as_of_date
        else {{ dbt.dateadd('day', 1, 'as_of_date') }}
    end as date
)
{%- endmacro -%}
