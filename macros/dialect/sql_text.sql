{%- macro sql_text(text) -%}{{ return(adapter.dispatch('sql_text', 'commerce_marts')(text | string)) }}{%- endmacro -%}

{%- macro default__sql_text(text) -%}{{ return("'" ~ text | replace("'", "''") ~ "'") }}{%- endmacro -%}

{#- Spark reads a backslash as an escape, and 'O''Brien' as two texts side by side: OBrien. -#}
{%- macro spark__sql_text(text) -%}
{{ return("'" ~ text | replace("\\", "\\\\") | replace("'", "\\'") | replace("\n", "\\n") ~ "'") }}
{%- endmacro -%}

{%- macro snowflake__sql_text(text) -%}
{{ return("'" ~ text | replace("\\", "\\\\") | replace("'", "''") ~ "'") }}
{%- endmacro -%}

{%- macro sql_texts(texts) -%}
{%- set quoted = [] -%}
{%- for text in texts -%}{%- do quoted.append(sql_text(text)) -%}{%- endfor -%}
{{ return('(' ~ quoted | join(', ') ~ ')') }}
{%- endmacro -%}
