{%- macro raw_columns(domain, table, relation) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set types = {} -%}
{%- for column in contract.columns -%}{%- do types.update({column.name: ''}) -%}{%- endfor -%}
{%- set look_ups = {} -%}
{%- for column, look_up in contract.look_ups.items() -%}
    {%- set id = trimmed(quoted_name(raw_contract(domain, look_up).key[0])) -%}
    {%- do look_ups.update({column: 'select ' ~ id ~ ' from ' ~ raw_relation(domain, look_up) ~ ' where ' ~ id ~ ' is not null'}) -%}
{%- endfor -%}
{%- set locations = namespace(time_zones=none) -%}
{%- for look_up, column in (contract.returns.time_zones or {}).items() -%}
    {%- set id = trimmed(quoted_name(raw_contract(domain, look_up).key[0])) -%}
    {%- set locations.time_zones = 'select ' ~ id ~ ' as _location, max(' ~ known_time_zone(trimmed(quoted_name(column)))
        ~ ') as _time_zone from ' ~ raw_relation(domain, look_up) ~ ' group by ' ~ id -%}
{%- endfor -%}
{%- if var('raw_from') == 'seeds' or not execute or relation is string -%}
    {{ return({
        'types': types, 'names': types.keys() | list, 'own_names': [], 'delivery': "''", 'has_deliveries': false, 'raw_row': row_as_struct(types.keys()),
        'source_file': 'cast(null as ' ~ dbt.type_string() ~ ')', 'look_ups': look_ups, 'time_zones': locations.time_zones,
    }) }}
{%- endif -%}
{%- set names = [] -%}
{%- set own_names = [] -%}
{%- set found = {} -%}
{%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- do found.update({column.name | lower: column}) -%}
    {%- do (own_names if column.name | lower in own_columns() else names).append(column.name) -%}
{%- endfor -%}
{%- if not found -%}
    {%- do exceptions.raise_compiler_error(
        domain ~ '.' ~ table ~ ': there is no relation ' ~ relation ~ '. Land the table there, '
        ~ 'name the right file with --raw-database, or leave the domain out with --domains.'
    ) -%}
{%- endif -%}
{%- for column in contract.columns -%}
    {%- if column.name not in found and not column.may_be_missing -%}
        {%- do exceptions.raise_compiler_error(
            domain ~ '.' ~ table ~ ': column ' ~ column.name ~ ' is missing in ' ~ relation ~ '; found '
            ~ (names | join(', ')) ~ '. Add the column; it may be empty unless the contract marks it `!`.'
        ) -%}
    {%- endif -%}
    {%- set type = 'missing' if column.name not in found
        else '' if found[column.name].is_string() else found[column.name].data_type | lower -%}
    {%- set expected = expected_instead_of_type(column.type, type) -%}
    {%- if expected -%}
        {%- do exceptions.raise_compiler_error(
            domain ~ '.' ~ table ~ ': column ' ~ column.name ~ ' in ' ~ relation ~ ' is ' ~ type
            ~ '; expected ' ~ expected ~ '.'
        ) -%}
    {%- endif -%}
    {%- do types.update({column.name: type}) -%}
{%- endfor -%}
{%- set with_file = '_source_file' in found -%}
{{ return({
    'types': types, 'names': names, 'own_names': own_names,
    'delivery': '_delivery' if with_file else load_name() if '_loaded_at' in found else "''",
    'has_deliveries': with_file or '_loaded_at' in found and var('tables_hold_deliveries'),
    'raw_row': row_as_struct(names),
    'source_file': '_source_file' if with_file else load_name() if '_loaded_at' in found
        else 'cast(null as ' ~ dbt.type_string() ~ ')',
    'look_ups': look_ups, 'time_zones': locations.time_zones,
}) }}
{%- endmacro -%}
