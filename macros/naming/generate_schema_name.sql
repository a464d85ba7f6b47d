{%- macro generate_schema_name(custom_schema_name, node) -%}
{{ target.schema if custom_schema_name is none else schema_name(custom_schema_name | trim) }}
{%- endmacro -%}
