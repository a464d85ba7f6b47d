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
