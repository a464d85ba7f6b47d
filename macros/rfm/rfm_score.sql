{%- macro rfm_score(percentile) -%}
cast(
    case
        {%- for boundary in var('rfm_score_boundaries') | sort(reverse=true) %}
        when {{ percentile }} >= {{ boundary }} then {{ 6 - loop.index }}
        {%- endfor %}
        when {{ percentile }} is not null then 1
    end as bigint
)
{%- endmacro -%}
