{#- Money as decimal(18, 6): amount('sum(net_amount)'). Without it, a sum would have 38 digits. -#}
{%- macro amount(expression) -%}
cast({{ expression }} as decimal(18, 6))
{%- endmacro -%}
