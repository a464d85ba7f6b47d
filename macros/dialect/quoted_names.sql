{#- Names of columns as a list in SQL, whatever they are: quoted_names(['order_id', 'group']). -#}
{%- macro quoted_names(names) -%}
{%- set quoted = [] -%}
{%- for name in names -%}{%- do quoted.append(adapter.quote(name)) -%}{%- endfor -%}
{{ return(quoted | join(', ')) }}
{%- endmacro -%}
