{%- macro delivered_rows(contract, model) -%}
{%- set values = {'left_out': {}, 'staged': {}} -%}
{%- for column in contract.columns if column.name in [contract.buyer, contract.moment, contract.line] -%}
    {%- set raw_value = trimmed(json_field('raw_row', column.name)) -%}
    {%- do values.left_out.update({column.name: typed(raw_value, column.type, '', contract.time_zone)}) -%}
    {%- do values.staged.update({column.name: quoted_name(contract.renamed.get(column.name, column.name))}) -%}
{%- endfor -%}
select
    {{ delivered_columns(contract, values.left_out) }},
    left_out_reason
from {{ left_out_of_this_build(contract) if execute else model }}
union all
select
    {{ delivered_columns(contract, values.staged) }},
    cast(null as {{ dbt.type_string() }}) as left_out_reason
from {{ model }}
{{ 'where not is_return' if contract.returns }}
{%- endmacro -%}

{%- macro left_out_of_this_build(contract) -%}
{%- set left_out = left_out_relation(staged_relation(contract)) -%}
{{ return(touched_relation(left_out) if build_var('incremental') else left_out) }}
{%- endmacro -%}
