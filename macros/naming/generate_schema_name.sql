{%- macro generate_schema_name(custom_schema_name, node) -%}
{%- if custom_schema_name is none -%}
    {{ target.schema }}
{%- elif target.type == 'duckdb' or target.name == 'prod' -%}
    {{ custom_schema_name | trim }}
{%- else -%}
    {{ target.schema }}_{{ custom_schema_name | trim }}
{%- endif -%}
{%- endmacro -%}
