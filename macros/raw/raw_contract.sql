{#-
    A table's entry in the raw contract (var raw_contract in dbt_project.yml), with all defaults:
    raw_contract('greenery', 'orders') gives {domain, table, staged_as, key,
    columns: [{name, type, required, may_be_missing}, ...], transactions, part_of, id_column,
    same_in_order, returns, line_amount, look_ups,
    local_moment, happened, time_zone, stands_alone, follows, optional, test_traffic, renamed}. part_of is 'order' or 'event'; id_column is the column with its id; time_zone is that
    of the domain's clock.
-#}
{%- macro raw_contract(domain, table) -%}
{%- set entry = var('raw_contract')[domain][table] -%}
{%- set columns = [] -%}
{%- for name, type in entry.columns.items() -%}
    {%- do columns.append({
        'name': name, 'type': type.rstrip('!?'), 'required': type.endswith('!'), 'may_be_missing': type.endswith('?'),
    }) -%}
{%- endfor -%}
{%- set part_of = entry.part_of or {} -%}
{{ return({
    'domain': domain,
    'table': table,
    'staged_as': entry.staged_as,
    'key': entry.key,
    'columns': columns,
    'transactions': entry.transactions or false,
    'part_of': part_of.keys() | first | default(none),
    'id_column': part_of.values() | first | default(none),
    'same_in_order': entry.same_in_order or [],
    'returns': entry.returns or {},
    'line_amount': entry.line_amount or [] if not entry.line_amount_if or var(entry.line_amount_if) else [],
    'look_ups': entry.look_ups or {},
    'local_moment': entry.local_moment,
    'happened': entry.happened or [],
    'time_zone': domain_time_zone(domain),
    'stands_alone': entry.stands_alone or false,
    'follows': entry.follows,
    'optional': entry.optional or false,
    'test_traffic': entry.test_traffic,
    'renamed': entry.renamed or {},
}) }}
{%- endmacro -%}

{#- The contracts of all tables of a domain, or only of its transaction tables. -#}
{%- macro raw_contracts(domain, only_transactions=false) -%}
{%- set contracts = [] -%}
{%- for table in var('raw_contract')[domain] if raw_contract(domain, table).transactions or not only_transactions -%}
    {%- do contracts.append(raw_contract(domain, table)) -%}
{%- endfor -%}
{{ return(contracts) }}
{%- endmacro -%}

{#- The contract of the table that a staging model stages. -#}
{%- macro contract_of_model(name) -%}
{%- for domain in var('raw_contract') -%}
    {%- for contract in raw_contracts(domain) if contract.staged_as == name -%}{{ return(contract) }}{%- endfor -%}
{%- endfor -%}
{%- do exceptions.raise_compiler_error(name ~ ' stages no table of the var raw_contract in dbt_project.yml.') -%}
{%- endmacro -%}
