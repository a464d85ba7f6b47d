{%- macro raw_columns(domain, table, relation) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set types = {} -%}
{%- for column in contract.columns -%}{%- do types.update({column.name: ''}) -%}{%- endfor -%}
{%- if var('raw_from') == 'seeds' or not execute or relation is string -%}
    {{ return({
        'types': types, 'delivery': "''", 'raw_row': row_as_struct(types.keys()),
        'source_file': 'cast(null as ' ~ dbt.type_string() ~ ')',
    }) }}
{%- endif -%}
{%- set names = [] -%}
{%- set found = {} -%}
{%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- do found.update({column.name | lower: column}) -%}
    {%- if column.name not in ['_source_file', '_loaded_at'] -%}{%- do names.append(column.name) -%}{%- endif -%}
{%- endfor -%}
{%- if not found -%}
    {%- do exceptions.raise_compiler_error(
        domain ~ '.' ~ table ~ ': there is no relation ' ~ relation ~ '. Land the table there, '
        ~ 'name the right file with --raw-database, or leave the domain out with --domains.'
    ) -%}
{%- endif -%}
{%- for column in contract.columns -%}
    {%- if column.name not in found -%}
        {%- do exceptions.raise_compiler_error(
            domain ~ '.' ~ table ~ ': column ' ~ column.name ~ ' is missing in ' ~ relation ~ '; found '
            ~ (names | join(', ')) ~ '. Add the column; it may be empty unless the contract marks it `!`.'
        ) -%}
    {%- endif -%}
    {%- set type = '' if found[column.name].is_string() else found[column.name].data_type | lower -%}
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
    'types': types,
    'delivery': '_source_file' if with_file else '_loaded_at' if '_loaded_at' in found else "''",
    'raw_row': row_as_struct(names),
    'source_file': '_source_file' if with_file else load_name() if '_loaded_at' in found
        else 'cast(null as ' ~ dbt.type_string() ~ ')',
}) }}
{%- endmacro -%}
