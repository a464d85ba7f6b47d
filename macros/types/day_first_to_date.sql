{%- macro day_first_to_date(text) -%}
{%- set iso = 'substring(' ~ text ~ ', 7, 4)' ~ " || '-' || substring(" ~ text ~ ', 4, 2)' ~ " || '-' || substring(" ~ text ~ ', 1, 2)' -%}
case when {{ matches(text, '^[0-9]{2}-[0-9]{2}-[0-9]{4}$') }} then try_cast({{ iso }} as date) end
{%- endmacro -%}
