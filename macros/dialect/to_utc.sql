{%- macro to_utc(local_time, time_zone) -%}{{ return(adapter.dispatch('to_utc', 'commerce_marts')(local_time, time_zone)) }}{%- endmacro -%}

{%- macro default__to_utc(local_time, time_zone) -%}to_utc_timestamp({{ local_time }}, {{ time_zone }}){%- endmacro -%}

{%- macro duckdb__to_utc(local_time, time_zone) -%}timezone('UTC', timezone({{ time_zone }}, {{ local_time }})){%- endmacro -%}

{%- macro snowflake__to_utc(local_time, time_zone) -%}convert_timezone({{ time_zone }}, 'UTC', {{ local_time }}){%- endmacro -%}

{#- Of an hour that comes twice when summer time ends, DuckDB takes the second and Spark the first. -#}
{%- macro spark__to_utc(local_time, time_zone) -%}
{%- set first = 'to_utc_timestamp(' ~ local_time ~ ', ' ~ time_zone ~ ')' -%}
case
    {%- for minutes in [60, 30] %}
    {%- set second = first ~ ' + interval ' ~ minutes ~ ' minutes' %}
    when from_utc_timestamp({{ second }}, {{ time_zone }}) = {{ local_time }} then {{ second }}
    {%- endfor %}
    else {{ first }}
end
{%- endmacro -%}
