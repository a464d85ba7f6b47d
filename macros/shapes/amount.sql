{#-
    Money of an order, or a sum of money, as decimal(38, 6): amount('sum(net_amount)').
    Cast one factor to double before you multiply or divide: a product of two such numbers overflows.
-#}
{%- macro amount(expression) -%}
cast({{ expression }} as decimal(38, 6))
{%- endmacro -%}
