{%- macro text_to_timestamp(text, time_zone='UTC', as_utc=false) -%}
{%- set local_time = '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?' -%}
{%- set offset = '[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?' -%}
{{ return(adapter.dispatch('text_to_timestamp', 'commerce_marts')(text, local_time, offset, time_zone, as_utc)) }}
{%- endmacro -%}

{%- macro default__text_to_timestamp(text, local_time, offset, time_zone, as_utc) -%}
{%- set zoned = '^' ~ local_time ~ '([zZ]|' ~ offset ~ ')$' -%}
{%- set read = 'try_cast(' ~ text ~ ' as timestamp)' -%}
case when {{ matches(text, '^' ~ local_time ~ '$') }} then {{ to_utc(read, sql_text(time_zone)) if as_utc and time_zone != 'UTC' else read }} {# -#}
when {{ matches(text, zoned) }} then {{ read if as_utc or time_zone == 'UTC' else to_local_time(read, sql_text(time_zone)) }} end
{%- endmacro -%}

{#- DuckDB reads an offset only into a zoned timestamp, which takes four times as long. -#}
{%- macro duckdb__text_to_timestamp(text, local_time, offset, time_zone, as_utc) -%}
{%- set local_read = 'try_cast(' ~ text ~ ' as timestamp)' -%}
{%- set local_read = to_utc(local_read, sql_text(time_zone)) if as_utc and time_zone != 'UTC' else local_read -%}
{%- set z = '[zZ]?' if time_zone == 'UTC' else '' -%}
case when {{ matches(text, '^' ~ local_time ~ z ~ '$') }} then {{ local_read }} {# -#}
when {{ matches(text, '^' ~ local_time ~ '([zZ]|' ~ offset ~ ')$') }} then timezone('{{ 'UTC' if as_utc else time_zone }}', try_cast({{ text }} as timestamptz)) end
{%- endmacro -%}

{#- Snowflake's timestamp has no zone: a cast would drop an offset. -#}
{%- macro snowflake__text_to_timestamp(text, local_time, offset, time_zone, as_utc) -%}
{%- set read = 'try_cast(' ~ text ~ ' as timestamp_ntz)' -%}
case when {{ matches(text, '^' ~ local_time ~ '$') }} then {{ to_utc(read, sql_text(time_zone)) if as_utc and time_zone != 'UTC' else read }} {# -#}
when {{ matches(text, '^' ~ local_time ~ '([zZ]|' ~ offset ~ ')$') }} then cast(convert_timezone('{{ 'UTC' if as_utc else time_zone }}', try_cast({{ text }} as timestamp_tz)) as timestamp_ntz) end
{%- endmacro -%}

{%- macro native_to_timestamp(column, given, time_zone='UTC', as_utc=false) -%}
{%- set is_local = as_utc and time_zone != 'UTC' and 'time zone' not in given -%}
{%- set read = adapter.dispatch('native_to_timestamp', 'commerce_marts')(column, given, 'UTC' if as_utc else time_zone) -%}
{{ return(to_utc(read, sql_text(time_zone)) if is_local else read) }}
{%- endmacro -%}

{%- macro default__native_to_timestamp(column, given, time_zone) -%}cast({{ column }} as timestamp){%- endmacro -%}

{%- macro duckdb__native_to_timestamp(column, given, time_zone) -%}
{{- "timezone('" ~ time_zone ~ "', " ~ column ~ ')' if 'time zone' in given else 'try_cast(' ~ column ~ ' as timestamp)' -}}
{%- endmacro -%}
