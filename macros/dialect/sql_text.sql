{#- A text as an escaped SQL literal: sql_text("O'Brien") gives 'O''Brien'. -#}
{%- macro sql_text(text) -%}
{{ return("'" ~ text | string | replace("'", "''") ~ "'") }}
{%- endmacro -%}

{#- Texts as a list of SQL literals, for use after `in`. -#}
{%- macro sql_texts(texts) -%}
{%- set quoted = [] -%}
{%- for text in texts -%}{%- do quoted.append(sql_text(text)) -%}{%- endfor -%}
{{ return('(' ~ quoted | join(', ') ~ ')') }}
{%- endmacro -%}
