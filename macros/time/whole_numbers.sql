{#-
    A select of whole_number 0, 1, ... below a power of two, to count days or hours off a first one:
    whole_numbers(65536) reaches further than any two plausible days lie apart, whole_numbers(1048576)
    further than their hours. Unlike date_spine it needs no query while the model is compiled.
-#}
{%- macro whole_numbers(below) -%}
select generated_number - 1 as whole_number
from ({{ dbt.generate_series(below) }}) as numbers
{%- endmacro -%}
