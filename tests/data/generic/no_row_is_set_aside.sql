{#- Counts the rows of a domain's quarantine by table, kind and reason: a warning. -#}
{%- test no_row_is_set_aside(model) -%}
{{ config(severity='warn', fail_calc='coalesce(sum(rows_count), 0)') }}
select
    domain,
    table_name,
    set_aside_kind,
    reason,
    count(*) as rows_count
from {{ model }}
group by domain, table_name, set_aside_kind, reason
{%- endtest -%}
