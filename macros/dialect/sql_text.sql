{#- A text as an escaped SQL literal: sql_text("O'Brien") gives 'O''Brien'. -#}
{%- macro sql_text(text) -%}
{{ return("'" ~ text | string | replace("'", "''") ~ "'") }}
{%- endmacro -%}
