{#-
    One schema per folder: without a prefix on DuckDB and in production, elsewhere prefixed with the
    target's schema.
-#}
{%- macro generate_schema_name(custom_schema_name, node) -%}
{%- if custom_schema_name is none -%}
    {{ target.schema }}
{%- elif target.type == 'duckdb' or target.name == 'prod' -%}
    {{ custom_schema_name | trim }}
{%- else -%}
    {{ target.schema }}_{{ custom_schema_name | trim }}
{%- endif -%}
{%- endmacro -%}
