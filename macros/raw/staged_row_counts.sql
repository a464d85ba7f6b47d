{#- How many rows of each transaction table of a domain were staged: table_name, is_optional, rows_count. -#}
{%- macro staged_row_counts(domain) -%}
{%- for table in raw_contract()[domain] if raw_contract(domain, table).transactions %}
{%- set contract = raw_contract(domain, table) %}
select
    '{{ table }}' as table_name,
    {{ 'true' if contract.optional else 'false' }} as is_optional,
    count(*) as rows_count
from {{ ref(contract.model) }}
{% if not loop.last %}union all{% endif %}
{%- endfor -%}
{%- endmacro -%}
