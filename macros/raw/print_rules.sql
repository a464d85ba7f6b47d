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
        'delivered_rows': delivered_rows_of_check(contract) if contract.buyer or contract.line else '',
        'guards': guards_of_check(contract),
        'load_name': load_name(),
    }) -%}
{%- endfor -%}
{%- do print('rules: ' ~ tojson(rules)) -%}
{%- endmacro -%}

{%- macro guards_of_check(contract) -%}
{%- set guards = [] -%}
{#- The check keeps the delivered rows of a table in a table of its own, named after domain and table. -#}
{%- set rows = 'select * from ' ~ quoted_name(contract.domain ~ '.' ~ contract.table) -%}
{#- The days of locations with time zones are not known without the table of the locations. -#}
{%- set days_are_known = order_id_scope(contract) != 'location_day' or not contract.returns.time_zones -%}
{%- if contract.buyer and days_are_known and (is_delivered_whole(contract) or contract.returns) -%}
    {%- do guards.append(dict(words_of_reused_ids(contract), rows=reused_ids(contract, rows))) -%}
{%- endif -%}
{%- for orders in raw_contracts(contract.domain)
    if orders.buyer and contract.line and days_are_known and is_delivered_whole(contract) -%}
    {%- set header_rows = 'select * from ' ~ quoted_name(orders.domain ~ '.' ~ orders.table) -%}
    {%- do guards.append(dict(words_of_split_orders(contract), rows=split_orders(contract, rows, header_rows))) -%}
{%- endfor -%}
{{ return(guards) }}
{%- endmacro -%}

{%- macro delivered_rows_of_check(contract) -%}
{%- set values = {} -%}
{%- for column in contract.columns -%}{%- do values.update({column.name: quoted_name(column.name)}) -%}{%- endfor -%}
select
    {{ delivered_columns(contract, values) }},
    is_compared,
    left_out_reason,
    case when left_out_reason like 'rejected: %' then raw_row end as raw_row
from judged_rows
{{ 'where left_out_reason is not null or not is_return' if contract.returns }}
{%- endmacro -%}
