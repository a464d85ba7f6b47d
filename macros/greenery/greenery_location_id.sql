{%- macro greenery_location_id(address_id, state) -%}
case when {{ address_id }} is null then '(none)' else coalesce({{ state }}, 'Unknown') end
{%- endmacro -%}
