{#- A text as a SQL literal, whatever it holds: sql_text("O'Brien") gives 'O''Brien'. -#}
{%- macro sql_text(text) -%}
{{ return("'" ~ text | string | replace("'", "''") ~ "'") }}
{%- endmacro -%}
