{#- A category; 'Uncategorised' if null or a URL: category_or_uncategorised('item_category'). -#}
{%- macro category_or_uncategorised(category) -%}
case
    when {{ category }} is null or lower({{ category }}) like 'www.%' or {{ category }} like '%://%'
        then 'Uncategorised'
    else {{ category }}
end
{%- endmacro -%}
