{%- macro line_amount(expression) -%}
cast({{ expression }} as decimal(18, 6))
{%- endmacro -%}
