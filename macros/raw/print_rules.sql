{%- macro print_rules(tables) -%}
{%- do check_vars_by_domain() -%}
{%- set rules = [] -%}
{%- for wanted in tables -%}
    {%- set contract = raw_contract(wanted.domain, wanted.table) -%}
    {%- set raw = {
        'types': wanted.types, 'delivery': '_delivery', 'has_deliveries': true, 'raw_row': '_raw_row',
        'source_file': '_source_file', 'look_ups': {}, 'time_zones': none,
    } -%}
    {%- set type_problems = {} -%}
    {%- for column in contract.columns if expected_instead_of_type(column.type, wanted.types[column.name]) -%}
        {%- do type_problems.update({column.name: expected_instead_of_type(column.type, wanted.types[column.name])}) -%}
    {%- endfor -%}
    {%- set faults = {} -%}
    {%- for column in contract.columns
        if (column.required or not is_text_type(column.type)) and wanted.types[column.name] != 'missing' -%}
        {%- do faults.update({column.name: rejection_reason(dict(contract, columns=[column])) | trim}) -%}
    {%- endfor -%}
    {%- do rules.append({
        'type_problems': type_problems,
        'typed_rows': typed_rows(contract, 'raw_table', raw),
        'reason': reason_or_test_traffic(contract, rejection_reason(contract)),
        'faults': faults,
        'judged_rows': judged_rows(contract, 'raw_table', raw),
        'load_name': load_name(),
    }) -%}
{%- endfor -%}
{%- do print('rules: ' ~ tojson(rules)) -%}
{%- endmacro -%}
