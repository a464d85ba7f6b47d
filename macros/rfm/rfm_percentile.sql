{#-
    percent_rank() within a group, null where the group has one member, because there is nothing to rank: rfm_percentile('frequency', 'domain'). Equal values get equal percentiles.
-#}
{%- macro rfm_percentile(value, group) -%}
case
    when count(*) over (partition by {{ group }}) > 1
        then percent_rank() over (partition by {{ group }} order by {{ value }})
end
{%- endmacro -%}
