{%- macro clv_tier(rank_from_top, rank_from_bottom) -%}
{%- set is_near_top = rank_from_top ~ ' < cast(' ~ var('clv_high_share') ~ ' as double)' -%}
{%- set is_near_bottom = rank_from_bottom ~ ' < cast(' ~ var('clv_low_share') ~ ' as double)' -%}
case
    when {{ is_near_top }} and not {{ is_near_bottom }} then 'High'
    when {{ is_near_bottom }} and not {{ is_near_top }} then 'Low'
    else 'Medium'
end
{%- endmacro -%}
