{%- macro sql_text(text) -%}{{ return("'" ~ text | string | replace("'", "''") ~ "'") }}{%- endmacro -%}
