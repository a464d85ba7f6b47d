{#- An amount of money: decimal(18, 6), 38 digits being what a sum gives: amount('sum(net_amount)'). -#}
{%- macro amount(expression) -%}
cast({{ expression }} as decimal(18, 6))
{%- endmacro -%}
