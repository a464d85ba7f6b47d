{%- macro first_place_with_enough(places, quantities, enough) -%}
{{ return(adapter.dispatch('first_place_with_enough', 'commerce_marts')(places, quantities, enough)) }}
{%- endmacro -%}

{%- macro default__first_place_with_enough(places, quantities, enough) -%}
try_element_at(filter({{ places }}, each_place -> element_at({{ quantities }}, cast(each_place as int)) >= {{ enough }}), 1)
{%- endmacro -%}

{%- macro duckdb__first_place_with_enough(places, quantities, enough) -%}
list_filter({{ places }}, lambda each_place: {{ quantities }}[each_place] >= {{ enough }})[1]
{%- endmacro -%}

{%- macro snowflake__first_place_with_enough(places, quantities, enough) -%}
cast(filter({{ places }}, each_place -> get({{ quantities }}, each_place - 1) >= {{ enough }})[0] as bigint)
{%- endmacro -%}
