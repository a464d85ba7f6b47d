{%- macro staged_row_counts(domain) -%}
{%- for contract in raw_contracts(domain, only_transactions=true) %}
select
    '{{ contract.table }}' as table_name,
    {{ 'true' if contract.optional else 'false' }} as is_optional,
    count(*) as rows_count
from {{ ref(contract.staged_as) }}
{% if not loop.last %}union all{% endif %}
{%- endfor -%}
{%- endmacro -%}
