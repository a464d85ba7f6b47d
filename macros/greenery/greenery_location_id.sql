{#-
    Greenery's location is the state that the order was shipped to: '(none)' for an order without an
    address, 'Unknown' if the address or its state is not known.
-#}
{%- macro greenery_location_id(address_id, state) -%}
case when {{ address_id }} is null then '(none)' else coalesce({{ state }}, 'Unknown') end
{%- endmacro -%}
