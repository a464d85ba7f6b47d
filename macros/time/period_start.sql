{%- macro period_start(datepart, day, periods_later=0) -%}
{%- set start = 'cast(' ~ dbt.date_trunc(datepart, day) ~ ' as date)' -%}
{%- if periods_later -%}
cast({{ dbt.dateadd(datepart, periods_later, start) }} as date)
{%- else -%}
{{ start }}
{%- endif -%}
{%- endmacro -%}
