{%- macro category_or_uncategorised(category) -%}
case
    when {{ category }} is null or lower({{ category }}) like 'www.%' or {{ category }} like '%://%'
        then 'Uncategorised'
    else {{ category }}
end
{%- endmacro -%}
