{#- A category, 'Uncategorised' where there is none or it is a URL: category_or_uncategorised('item_category'). -#}
{%- macro category_or_uncategorised(category) -%}
case
    when {{ category }} is null or lower({{ category }}) like 'www.%' or {{ category }} like '%://%'
        then 'Uncategorised'
    else {{ category }}
end
{%- endmacro -%}
