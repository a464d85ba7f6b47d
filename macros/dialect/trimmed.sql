{#- A column as text without blanks around it; null where nothing is left: trimmed('state_code'). -#}
{%- macro trimmed(column) -%}
{{ return(adapter.dispatch('trimmed', 'commerce_marts')(column)) }}
{%- endmacro -%}

{%- macro default__trimmed(column) -%}
nullif(trim(cast({{ column }} as {{ dbt.type_string() }})), '')
{%- endmacro -%}

{#- Most texts have no blanks to take away, and to see that costs DuckDB a quarter of trimming them. -#}
{%- macro duckdb__trimmed(column) -%}
{%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
nullif(case when ord({{ text }}) <= 32 or ord(right({{ text }}, 1)) <= 32 then trim({{ text }}, e' \t\r\n') else {{ text }} end, '')
{%- endmacro -%}
