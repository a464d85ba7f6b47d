{#-
    A column as text without surrounding blanks; null if it is blank: trimmed('state_code').
    Blanks of any kind: also no-break spaces, zero-width characters and byte order marks.
-#}
{%- macro trimmed(column) -%}
{%- set blanks = [9, 10, 11, 12, 13, 32, 133, 160, 5760] + range(8192, 8206) | list + [8232, 8233, 8239, 8287, 8288, 12288, 65279] -%}
{{ return(adapter.dispatch('trimmed', 'commerce_marts')(column, 'chr(' ~ blanks | join(') || chr(') ~ ')')) }}
{%- endmacro -%}

{%- macro default__trimmed(column, blanks) -%}
nullif(trim(both {{ blanks }} from cast({{ column }} as {{ dbt.type_string() }})), '')
{%- endmacro -%}

{#- Most texts begin and end with a visible ASCII character; this check is much faster than trim(). -#}
{%- macro duckdb__trimmed(column, blanks) -%}
{%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
nullif(case when {{ text }} >= '!' and {{ text }} < chr(127) and right({{ text }}, 1) >= '!' and right({{ text }}, 1) < chr(127) then {{ text }} else trim({{ text }}, {{ blanks }}) end, '')
{%- endmacro -%}
