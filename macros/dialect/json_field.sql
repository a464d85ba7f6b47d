{%- macro json_field(column, field) -%}
{{ return(adapter.dispatch('json_field', 'commerce_marts')(column, field)) }}
{%- endmacro -%}

{%- macro default__json_field(column, field) -%}get_json_object({{ column }}, '$.{{ field }}'){%- endmacro -%}

{%- macro duckdb__json_field(column, field) -%}json_extract_string({{ column }}, '$.{{ field }}'){%- endmacro -%}

{%- macro snowflake__json_field(column, field) -%}json_extract_path_text({{ column }}, '{{ field }}'){%- endmacro -%}
