{%- macro quoted_names(names) -%}
{%- set quoted = [] -%}
{%- for name in names -%}{%- do quoted.append(quoted_name(name)) -%}{%- endfor -%}
{{ return(quoted | join(', ')) }}
{%- endmacro -%}

{#- A quote in a name is doubled, which adapter.quote() leaves to others. -#}
{%- macro quoted_name(name) -%}
{%- set mark = adapter.quote('') | first -%}
{{ return(adapter.quote(name | replace(mark, mark ~ mark))) }}
{%- endmacro -%}
