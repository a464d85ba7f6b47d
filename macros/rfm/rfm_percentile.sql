{%- macro rfm_percentile(value, group) -%}
case
    when count(*) over (partition by {{ group }}) > 1
        then percent_rank() over (partition by {{ group }} order by {{ value }})
end
{%- endmacro -%}
