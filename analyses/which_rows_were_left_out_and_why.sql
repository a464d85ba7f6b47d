-- Which rows were left out in the last build, by table and reason?
{%- for domain in var('domains') %}
select
    domain,
    table_name,
    left_out_kind,
    reason,
    count(*) as rows_count
from {{ ref('quarantine_' ~ domain ~ '_rows') }}
group by domain, table_name, left_out_kind, reason
{% if not loop.last %}union all{% endif %}
{%- endfor %}
order by rows_count desc
