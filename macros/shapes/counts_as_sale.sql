{%- macro counts_as_sale(domain, status) -%}
{%- set by_domain = var('statuses_that_are_no_sale') -%}
{#- check_vars_by_domain() refuses another value, but only after parsing. -#}
{%- set statuses = by_domain.get(domain) or [] if by_domain is mapping else [] -%}
{%- if not statuses -%}{{ return('true') }}{%- endif -%}
coalesce(lower(cast({{ status }} as {{ dbt.type_string() }})) not in {{ sql_texts(statuses) | lower }}, true)
{%- endmacro -%}
