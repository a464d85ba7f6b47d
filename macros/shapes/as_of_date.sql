{%- macro as_of_date(domain, last_order_date, last_return_date='null') -%}
{%- set given = build_var('as_of_date') -%}
{%- set given = given.get(domain) if given is mapping else given -%}
{%- if given -%}
cast({{ sql_text(given) }} as date)
{%- elif last_return_date == 'null' -%}
{{ last_order_date }}
{%- else -%}
greatest(coalesce({{ last_order_date }}, {{ last_return_date }}), coalesce({{ last_return_date }}, {{ last_order_date }}))
{%- endif -%}
{%- endmacro -%}
