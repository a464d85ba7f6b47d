{%- macro opened_schema(domain) -%}{{ return(adapter.dispatch('opened_schema', 'commerce_marts')(domain)) }}{%- endmacro -%}

{#- Not raw_<domain>: there lie the landed tables themselves. -#}
{%- macro default__opened_schema(domain) -%}{{ return('opened_' ~ domain) }}{%- endmacro -%}

{%- macro duckdb__opened_schema(domain) -%}{{ return('raw_' ~ domain) }}{%- endmacro -%}
