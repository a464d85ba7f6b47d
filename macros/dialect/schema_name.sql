{%- macro schema_name(name) -%}{{ return(adapter.dispatch('schema_name', 'commerce_marts')(name)) }}{%- endmacro -%}

{%- macro default__schema_name(name) -%}{{ return(name if target.name == 'prod' else target.schema ~ '_' ~ name) }}{%- endmacro -%}

{%- macro duckdb__schema_name(name) -%}{{ return(name) }}{%- endmacro -%}
