{%- macro clv_tier(value, group) -%}
{#- percent_rank, not ntile: equal customers must get equal ranks from the top and the bottom. -#}
{%- set rank = 'percent_rank() over (partition by ' ~ group ~ ' order by ' ~ value -%}
{%- set is_near_top = rank ~ ' desc) < cast(' ~ var('clv_high_share') ~ ' as double)' -%}
{%- set is_near_bottom = rank ~ ') < cast(' ~ var('clv_low_share') ~ ' as double)' -%}
case
    when {{ is_near_top }} and not {{ is_near_bottom }} then 'High'
    when {{ is_near_bottom }} and not {{ is_near_top }} then 'Low'
    else 'Medium'
end
{%- endmacro -%}
