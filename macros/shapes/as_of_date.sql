{%- macro as_of_date(domain, last_order_date) -%}
{%- set given = build_var('as_of_date') -%}
{%- set given = given.get(domain) if given is mapping else given -%}
{{- 'cast(' ~ sql_text(given) ~ ' as date)' if given else last_order_date -}}
{%- endmacro -%}
