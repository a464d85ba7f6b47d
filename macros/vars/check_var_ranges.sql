{%- macro check_var_ranges() -%}
{%- if execute -%}
    {#- Least and most; none for no limit. -#}
    {%- set whole_numbers = {
        'basket_minimum_orders': [1, none],
        'basket_maximum_products': [2, none],
        'basket_suggestions_count': [1, 20],
        'basket_last_products_count': [1, 50],
        'basket_best_partners_count': [1, 20],
        'basket_holdout_days': [1, none],
    } -%}
    {%- set fractions = {
        'basket_interval_z': [0.01, 10],
        'basket_minimum_affinity': [1, none],
    } -%}
    {%- for name, range in dict(whole_numbers, **fractions).items() -%}
        {%- set value = var(name) -%}
        {%- set is_number = value is integer or (value is float and name in fractions) -%}
        {%- if not is_number or value is boolean or value < range[0] or (range[1] is not none and value > range[1]) -%}
            {%- do exceptions.raise_compiler_error(
                name ~ " is " ~ value ~ "; it must be a " ~ ("number" if name in fractions else "whole number")
                ~ (" of at least " ~ range[0] if range[1] is none else " from " ~ range[0] ~ " to " ~ range[1]) ~ ".") -%}
        {%- endif -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}
