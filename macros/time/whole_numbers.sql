{%- macro whole_numbers(below) -%}
select generated_number - 1 as whole_number
from ({{ dbt.generate_series(below) }}) as numbers
{%- endmacro -%}
