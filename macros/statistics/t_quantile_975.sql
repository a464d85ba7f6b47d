{#-
    The 97.5 % quantile of Student's t, half the width of a 95 % interval in standard errors:
      t_quantile_975('degrees_of_freedom')
    Null without degrees of freedom. SQL has no such function, so this is the Cornish-Fisher
    expansion in 1 / degrees of freedom, to the fourth power (Abramowitz and Stegun 26.7.5). Its
    coefficients follow from z = 1.959964, the normal quantile. The result is below the true value
    by 0.00001 at 10 degrees of freedom, 0.001 at 4 and 0.004 at 3. Do not use it for fewer.
-#}
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
