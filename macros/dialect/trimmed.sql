{%- macro trimmed(column) -%}{{ return(adapter.dispatch('trimmed', 'commerce_marts')(column)) }}{%- endmacro -%}

{%- macro default__trimmed(column) -%}
nullif(regexp_replace(cast({{ column }} as {{ dbt.type_string() }}), '^[\\p{Z}\\p{C}]+|[\\p{Z}\\p{C}]+$', ''), '')
{%- endmacro -%}

{#- Most texts begin and end with a visible ASCII character; this check is much faster than a regular expression. -#}
{%- macro duckdb__trimmed(column) -%}
{%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
nullif(case when {{ text }} >= '!' and {{ text }} < chr(127) and right({{ text }}, 1) >= '!' and right({{ text }}, 1) < chr(127) then {{ text }} else regexp_replace({{ text }}, '^[\pZ\pC]+|[\pZ\pC]+$', '', 'g') end, '')
{%- endmacro -%}

{#- Java counts letters that are newer than itself as other (Cn), a part of C that DuckDB does not know: they stay. -#}
{%- macro spark__trimmed(column) -%}
nullif(regexp_replace(cast({{ column }} as string), '^[\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}]+|[\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}]+$', ''), '')
{%- endmacro -%}

{#- Snowflake's regular expressions know no classes of Unicode, so the blanks stand here. -#}
{%- macro snowflake__trimmed(column) -%}
{%- set blanks = ' \\t\\n\\r\\f\\u000b\\u0085\\u00a0\\u00ad\\u1680\\u2000\\u2001\\u2002\\u2003\\u2004\\u2005\\u2006\\u2007\\u2008\\u2009\\u200a'
    ~ '\\u200b\\u200c\\u200d\\u200e\\u200f\\u2028\\u2029\\u202f\\u205f\\u2060\\u3000\\ufeff' -%}
nullif(trim(cast({{ column }} as varchar), '{{ blanks }}'), '')
{%- endmacro -%}
