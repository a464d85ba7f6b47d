{%- macro list_with_less_at(quantities, place, less) -%}
{{ return(adapter.dispatch('list_with_less_at', 'commerce_marts')(quantities, place, less)) }}
{%- endmacro -%}

{%- macro default__list_with_less_at(quantities, place, less) -%}
transform(
    {{ quantities }},
    (each_number, each_index) -> case when each_index + 1 = {{ place }} then each_number - {{ less }} else each_number end
)
{%- endmacro -%}

{%- macro duckdb__list_with_less_at(quantities, place, less) -%}
case
    when {{ place }} is null then {{ quantities }}
    else list_concat(
        list_slice({{ quantities }}, 1, {{ place }} - 1),
        list_value({{ quantities }}[{{ place }}] - {{ less }}),
        list_slice({{ quantities }}, {{ place }} + 1, len({{ quantities }}))
    )
end
{%- endmacro -%}

{%- macro snowflake__list_with_less_at(quantities, place, less) -%}
case
    when {{ place }} is null then {{ quantities }}
    else array_cat(
        array_append(array_slice({{ quantities }}, 0, {{ place }} - 1), get({{ quantities }}, {{ place }} - 1) - {{ less }}),
        array_slice({{ quantities }}, {{ place }}, array_size({{ quantities }}))
    )
end
{%- endmacro -%}
