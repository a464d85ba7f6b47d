{%- macro is_rounding(difference, quantity) -%}
abs({{ difference }}) <= greatest({{ var('rounding_tolerance') }}, 0.005 * {{ quantity }})
{%- endmacro -%}
