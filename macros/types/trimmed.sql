{#- A column as text without blanks around it; null where nothing is left: trimmed('state_code'). -#}
{%- macro trimmed(column) -%}
{{ return(adapter.dispatch('trimmed', 'commerce_marts')(column)) }}
{%- endmacro -%}

{%- macro default__trimmed(column) -%}
nullif(trim(cast({{ column }} as {{ dbt.type_string() }})), '')
{%- endmacro -%}

{%- macro duckdb__trimmed(column) -%}
nullif(trim(cast({{ column }} as varchar), e' \t\r\n'), '')
{%- endmacro -%}
