{#-
    Whether a difference between quantity times price and what was paid is rounding, not a discount:
    is_rounding('list_amount - paid_amount', 'quantity'). Half a cent a unit is what rounding a unit
    price to cents can add up to. Only for amounts whose discount the feed does not name.
-#}
{%- macro is_rounding(difference, quantity) -%}
abs({{ difference }}) <= greatest({{ var('rounding_tolerance') }}, 0.005 * {{ quantity }})
{%- endmacro -%}
