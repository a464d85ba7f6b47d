{%- macro full_name(first_name, last_name) -%}
coalesce(
    nullif(trim(concat(coalesce({{ first_name }}, ''), ' ', coalesce({{ last_name }}, ''))), ''),
    'Unknown'
)
{%- endmacro -%}
