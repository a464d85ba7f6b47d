{%- macro sum_in_any_order(expression) -%}
cast(sum(cast({{ expression }} as decimal(38, 9))) as double)
{%- endmacro -%}
