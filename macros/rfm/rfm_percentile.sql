{#-
    percent_rank() within a group: rfm_percentile('frequency', 'domain'). Null if the group has only
    one member, because there is nothing to rank. Equal values get equal percentiles.
-#}
{%- macro rfm_percentile(value, group) -%}
case
    when count(*) over (partition by {{ group }}) > 1
        then percent_rank() over (partition by {{ group }} order by {{ value }})
end
{%- endmacro -%}
