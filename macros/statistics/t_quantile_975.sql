{%- macro t_quantile_975(degrees_of_freedom) -%}
{%- set z = 1.959963984540054 -%}
{%- set first = (z ** 3 + z) / 4 -%}
{%- set second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 -%}
{%- set third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384 -%}
{%- set fourth = (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160 -%}
(
    {{ z | round(9) }}
    + {{ ratio(first | round(9), degrees_of_freedom) }}
    + {{ ratio(second | round(9), 'power(' ~ degrees_of_freedom ~ ', 2)') }}
    + {{ ratio(third | round(9), 'power(' ~ degrees_of_freedom ~ ', 3)') }}
    + {{ ratio(fourth | round(9), 'power(' ~ degrees_of_freedom ~ ', 4)') }}
)
{%- endmacro -%}
