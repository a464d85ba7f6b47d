{#- All rows of a domain that its staging models set aside, with what is known of each: set_aside_rows('sales'). -#}
{%- macro set_aside_rows(domain) -%}
{%- for table in raw_contract()[domain] %}
{%- set contract = raw_contract(domain, table) %}
{%- set key = [] %}
{%- for name in contract.key %}
    {%- do key.append("'" ~ name ~ "=', coalesce(" ~ json_field('raw_row', name) ~ ", '')") %}
{%- endfor %}
select
    '{{ domain }}' as domain,
    '{{ table }}' as table_name,
    {{ dbt.split_part('set_aside_reason', "': '", 1) }} as set_aside_kind,
    {{ dbt.split_part('set_aside_reason', "': '", 2) }} as reason,
    source_file,
    {% if key -%}
    concat({{ key | join(", ', ', ") }}) as row_key,
    {%- else -%}
    cast(null as {{ dbt.type_string() }}) as row_key,
    {%- endif %}
    raw_row,
    {{ 'false' if contract.transactions else 'true' }} as is_look_up
from {{ set_aside_relation(ref(contract.model)) }}
{% if not loop.last %}union all{% endif %}
{%- endfor -%}
{%- endmacro -%}
