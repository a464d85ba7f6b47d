{%- macro is_touched_clv_customer(column) -%}
{%- set touched = ref('touched_clv_customers') -%}
{%- if build_var('incremental') -%}
(domain, {{ column }}) in (select domain, customer_id from {{ touched }})
{%- else -%}
true
{%- endif -%}
{%- endmacro -%}
