{%- macro matches(text, pattern) -%}
{{ return(adapter.dispatch('matches', 'commerce_marts')(text, pattern)) }}
{%- endmacro -%}

{%- macro default__matches(text, pattern) -%}regexp_like({{ text }}, '{{ pattern }}'){%- endmacro -%}

{%- macro duckdb__matches(text, pattern) -%}regexp_matches({{ text }}, '{{ pattern }}'){%- endmacro -%}
