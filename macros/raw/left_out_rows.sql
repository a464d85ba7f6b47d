{%- macro left_out_rows(domain) -%}
{%- for contract in raw_contracts(domain) %}
{%- set key = [] %}
{%- for name in contract.key %}
    {%- do key.append("'" ~ name ~ "=', coalesce(" ~ json_field('raw_row', name) ~ ", '')") %}
{%- endfor %}
select
    '{{ domain }}' as domain,
    '{{ contract.table }}' as table_name,
    {{ dbt.split_part('left_out_reason', "': '", 1) }} as left_out_kind,
    {{ dbt.split_part('left_out_reason', "': '", 2) }} as reason,
    source_file,
    {% if key -%}
    concat({{ key | join(", ', ', ") }}) as row_key,
    {%- else -%}
    cast(null as {{ dbt.type_string() }}) as row_key,
    {%- endif %}
    raw_row,
    {{ 'false' if contract.transactions else 'true' }} as is_look_up
from {{ left_out_relation(ref(contract.staged_as)) }}
{% if not loop.last %}union all{% endif %}
{%- endfor -%}
{%- endmacro -%}
