{#-
    What a raw relation offers: {names, types, delivery, source_file}.
    names: its own columns; types: contract column -> its type in the relation ('' is text);
    delivery: the expression that orders corrections; source_file: the expression of the file's name.
    Stops the build where a contract column is missing. Seeds are text by their YAML and need no look,
    nor does the empty select that stands for an optional table.
-#}
{%- macro raw_columns(domain, table, raw_relation) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set types = {} -%}
{%- for column in contract.columns -%}{%- do types.update({column.name: ''}) -%}{%- endfor -%}
{%- if var('raw_from') == 'seeds' or not execute or raw_relation is string -%}
    {{ return({
        'names': types.keys() | list, 'types': types, 'delivery': "''",
        'source_file': 'cast(null as ' ~ dbt.type_string() ~ ')',
    }) }}
{%- endif -%}
{%- set names = [] -%}
{%- set found = {} -%}
{%- for column in adapter.get_columns_in_relation(raw_relation) -%}
    {%- do found.update({column.name | lower: column}) -%}
    {%- if column.name not in ['_source_file', '_loaded_at'] -%}{%- do names.append(column.name) -%}{%- endif -%}
{%- endfor -%}
{%- if not found -%}
    {%- do exceptions.raise_compiler_error(
        domain ~ '.' ~ table ~ ': there is no relation ' ~ raw_relation ~ '. Land the table there, '
        ~ 'name the right file with --raw-database, or leave the domain out with --domains.'
    ) -%}
{%- endif -%}
{%- for name in types -%}
    {%- if name not in found -%}
        {%- do exceptions.raise_compiler_error(
            domain ~ '.' ~ table ~ ': column ' ~ name ~ ' is missing in ' ~ raw_relation ~ '; found '
            ~ (names | join(', ')) ~ '. Add the column; it may be empty unless the contract marks it `!`.'
        ) -%}
    {%- endif -%}
    {%- do types.update({name: '' if found[name].is_string() else found[name].data_type | lower}) -%}
{%- endfor -%}
{%- for column in contract.columns -%}
    {%- set expected = expected_instead_of_type(column.type, types[column.name]) -%}
    {%- if expected -%}
        {%- do exceptions.raise_compiler_error(
            domain ~ '.' ~ table ~ ': column ' ~ column.name ~ ' in ' ~ raw_relation ~ ' is '
            ~ types[column.name] ~ '; expected ' ~ expected ~ '.'
        ) -%}
    {%- endif -%}
{%- endfor -%}
{%- set with_file = '_source_file' in found -%}
{{ return({
    'names': names,
    'types': types,
    'delivery': '_source_file' if with_file else '_loaded_at' if '_loaded_at' in found else "''",
    'source_file': '_source_file' if with_file else load_name() if '_loaded_at' in found
        else 'cast(null as ' ~ dbt.type_string() ~ ')',
}) }}
{%- endmacro -%}
