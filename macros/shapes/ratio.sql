{#- A division that gives null if the denominator is 0 or null: ratio('revenue', 'orders'). -#}
{%- macro ratio(numerator, denominator) -%}
cast({{ numerator }} as double) / nullif({{ denominator }}, 0)
{%- endmacro -%}
