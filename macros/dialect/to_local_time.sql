{%- macro to_local_time(utc, time_zone) -%}
{{ return(adapter.dispatch('to_local_time', 'commerce_marts')(utc, time_zone)) }}
{%- endmacro -%}

{%- macro default__to_local_time(utc, time_zone) -%}from_utc_timestamp({{ utc }}, {{ time_zone }}){%- endmacro -%}

{%- macro duckdb__to_local_time(utc, time_zone) -%}timezone({{ time_zone }}, timezone('UTC', {{ utc }})){%- endmacro -%}

{%- macro snowflake__to_local_time(utc, time_zone) -%}convert_timezone('UTC', {{ time_zone }}, {{ utc }}){%- endmacro -%}
