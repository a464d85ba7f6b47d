{%- macro business_day_start_hour() -%}
{%- set start_hour = var('business_day_start_hour') -%}
{%- if start_hour not in range(24) -%}
    {%- do exceptions.raise_compiler_error(
        'business_day_start_hour: expected a whole number from 0 to 23, found ' ~ start_hour) -%}
{%- endif -%}
{{ return(start_hour) }}
{%- endmacro -%}
