{%- macro text_to_timestamp(text) -%}
{%- set local_time = '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?[zZ]?)?$' -%}
{%- set with_offset = '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?$' -%}
{{ return(adapter.dispatch('text_to_timestamp', 'commerce_marts')(text, local_time, with_offset)) }}
{%- endmacro -%}

{%- macro default__text_to_timestamp(text, local_time, with_offset) -%}
case when {{ matches(text, local_time) }} or {{ matches(text, with_offset) }} then try_cast({{ text }} as timestamp) end
{%- endmacro -%}

{#- DuckDB reads an offset only into a zoned timestamp, which takes four times as long. -#}
{%- macro duckdb__text_to_timestamp(text, local_time, with_offset) -%}
case when {{ matches(text, local_time) }} then try_cast({{ text }} as timestamp) when {{ matches(text, with_offset) }} then timezone('UTC', try_cast({{ text }} as timestamptz)) end
{%- endmacro -%}

{%- macro native_to_timestamp(column, given) -%}
{{ return(adapter.dispatch('native_to_timestamp', 'commerce_marts')(column, given)) }}
{%- endmacro -%}

{%- macro default__native_to_timestamp(column, given) -%}cast({{ column }} as timestamp){%- endmacro -%}

{%- macro duckdb__native_to_timestamp(column, given) -%}
{{- "timezone('UTC', " ~ column ~ ')' if 'time zone' in given else 'try_cast(' ~ column ~ ' as timestamp)' -}}
{%- endmacro -%}
