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
    'buyer': entry.buyer,
    'moment': entry.moment,
    'line': entry.line,
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
    'people': entry.people or {},
    'personal': entry.personal or [],
}) }}
{%- endmacro -%}

{%- macro raw_contracts(domain, only_transactions=false) -%}
{%- set contracts = [] -%}
{%- for table in var('raw_contract')[domain] if raw_contract(domain, table).transactions or not only_transactions -%}
    {%- do contracts.append(raw_contract(domain, table)) -%}
{%- endfor -%}
{{ return(contracts) }}
{%- endmacro -%}

{%- macro contract_of_model(name) -%}
{%- for domain in var('raw_contract') -%}
    {%- for contract in raw_contracts(domain) if contract.staged_as == name -%}{{ return(contract) }}{%- endfor -%}
{%- endfor -%}
{%- do exceptions.raise_compiler_error(name ~ ' stages no table of the var raw_contract in dbt_project.yml.') -%}
{%- endmacro -%}
