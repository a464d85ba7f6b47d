{#- Counts the rows of a domain's quarantine by table, kind and reason: a warning. -#}
{%- test no_row_is_left_out(model) -%}
{{ config(severity='warn', fail_calc='coalesce(sum(rows_count), 0)') }}
select
    domain,
    table_name,
    left_out_kind,
    reason,
    count(*) as rows_count
from {{ model }}
group by domain, table_name, left_out_kind, reason
{%- endtest -%}
