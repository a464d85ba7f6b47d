{%- macro own_columns() -%}{{ return(['_source_file', '_delivery', '_loaded_at']) }}{%- endmacro -%}
