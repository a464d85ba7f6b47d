{#-
    A select of whole_number 0, 1, ... below a power of two, to add days or hours to a first one.
    whole_numbers(65536) covers the days between any two plausible dates, whole_numbers(1048576)
    their hours. Unlike date_spine it needs no query while the model is compiled.
-#}
{%- macro whole_numbers(below) -%}
select generated_number - 1 as whole_number
from ({{ dbt.generate_series(below) }}) as numbers
{%- endmacro -%}
