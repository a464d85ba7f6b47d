{%- macro sql_text(text) -%}{{ return("'" ~ text | string | replace("'", "''") ~ "'") }}{%- endmacro -%}

{%- macro sql_texts(texts) -%}
{%- set quoted = [] -%}
{%- for text in texts -%}{%- do quoted.append(sql_text(text)) -%}{%- endfor -%}
{{ return('(' ~ quoted | join(', ') ~ ')') }}
{%- endmacro -%}
