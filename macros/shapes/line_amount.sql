{#- Money of an order line, as decimal(18, 6), so below 10^12: line_amount('quantity * price'). -#}
{%- macro line_amount(expression) -%}
cast({{ expression }} as decimal(18, 6))
{%- endmacro -%}
