{%- macro quoted_names(names) -%}
{%- set quoted = [] -%}
{%- for name in names -%}{%- do quoted.append(quoted_name(name)) -%}{%- endfor -%}
{{ return(quoted | join(', ')) }}
{%- endmacro -%}

{%- macro quoted_name(name) -%}{{ return(adapter.dispatch('quoted_name', 'commerce_marts')(name)) }}{%- endmacro -%}

{#- A quote in a name is doubled, which adapter.quote() leaves to others. -#}
{%- macro default__quoted_name(name) -%}
{%- set mark = adapter.quote('') | first -%}
{{ return(adapter.quote(name | replace(mark, mark ~ mark))) }}
{%- endmacro -%}

{#- A name without quotes is upper case there, and the models write most names without. -#}
{%- macro snowflake__quoted_name(name) -%}{{ return(default__quoted_name(name | upper)) }}{%- endmacro -%}
