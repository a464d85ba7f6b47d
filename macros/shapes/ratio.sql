{#- A division that is null, not an error and not zero, where there is nothing to divide by: ratio('revenue', 'orders'). -#}
{%- macro ratio(numerator, denominator) -%}
cast({{ numerator }} as double) / nullif({{ denominator }}, 0)
{%- endmacro -%}
