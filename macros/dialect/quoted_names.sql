{#- A quoted SQL list of column names, which may be keywords: quoted_names(['order_id', 'group']). -#}
{%- macro quoted_names(names) -%}
{%- set quoted = [] -%}
{%- for name in names -%}{%- do quoted.append(adapter.quote(name)) -%}{%- endfor -%}
{{ return(quoted | join(', ')) }}
{%- endmacro -%}
