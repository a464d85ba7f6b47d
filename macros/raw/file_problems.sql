{#-
    What keeps a file from being read by the contract, apart from its rows: [{file, line, column, value,
    expected}, ...], each of which stops a build. Empty where all is well. file: one of described_files().
-#}
{%- macro file_problems(contract, file) -%}
{%- set found = [] -%}
{%- set problems = [] -%}
{%- set line = 1 if file.format == 'csv' else none -%}
{%- if file.format == 'csv' -%}
    {%- do found.extend(file.header) -%}
    {%- if not found -%}
        {{ return([{
            'file': file.name, 'line': 1, 'column': none, 'value': none,
            'expected': 'a header with the names of the columns; the file is empty',
        }]) }}
    {%- endif -%}
    {%- if '\x00' in found | join -%}
        {{ return([{
            'file': file.name, 'line': 1, 'column': none, 'value': none,
            'expected': 'text in UTF-8; this looks like UTF-16',
        }]) }}
    {%- endif -%}
    {%- for delimiter, name in {';': 'semicolons', '\t': 'tabs', '|': 'bars'}.items()
            if found | length == 1 and delimiter in found[0] -%}
        {{ return([{
            'file': file.name, 'line': 1, 'column': none, 'value': found[0],
            'expected': 'values separated by commas; these are separated by ' ~ name,
        }]) }}
    {%- endfor -%}
{%- else -%}
    {%- set expected_types = {} -%}
    {%- for column in contract.columns -%}{%- do expected_types.update({column.name: column.type}) -%}{%- endfor -%}
    {%- for name, type in file.header -%}
        {%- do found.append(name) -%}
        {%- if name | lower in expected_types -%}
            {%- set expected = expected_instead_of_type(expected_types[name | lower], type | lower) -%}
            {%- if expected -%}
                {%- do problems.append({
                    'file': file.name, 'line': none, 'column': name | lower,
                    'value': type, 'expected': expected,
                }) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
{%- endif -%}
{%- set names = found | map('lower') | list -%}
{%- for column in contract.columns -%}
    {%- if column.name not in names -%}
        {%- do problems.append({
            'file': file.name, 'line': line, 'column': column.name, 'value': none,
            'expected': 'a column of this name' ~ ('' if column.required else ', which may be empty')
                ~ '; found ' ~ found | join(', '),
        }) -%}
    {%- elif names.count(column.name) > 1 -%}
        {%- do problems.append({
            'file': file.name, 'line': line, 'column': column.name, 'value': found | join(', '),
            'expected': 'one column of this name, in any letter case',
        }) -%}
    {%- endif -%}
{%- endfor -%}
{{ return(problems) }}
{%- endmacro -%}

{#- The same for a table's files together: a table that must be there has at least one. -#}
{%- macro raw_files_problems(domain, table, files) -%}
{%- if files or raw_contract(domain, table).optional -%}{{ return([]) }}{%- endif -%}
{{ return([{
    'file': table ~ '.csv', 'line': none, 'column': none, 'value': none,
    'expected': 'a file ' ~ raw_folder(domain) ~ table ~ '.csv or .parquet, or a folder '
        ~ raw_folder(domain) ~ table ~ '/ of such files; put it there, or leave the domain out with --domains',
}]) }}
{%- endmacro -%}

{#- A problem as a sentence: greenery.orders, orders.csv, line 1, column user_id: expected a column of this name. -#}
{%- macro file_problem_text(domain, table, problem) -%}
{{ return(domain ~ '.' ~ table ~ ', ' ~ problem.file
    ~ (', line ' ~ problem.line if problem.line is not none else '')
    ~ (', column ' ~ problem.column if problem.column is not none else '')
    ~ (': ' ~ problem.value if problem.value is not none else '')
    ~ ': expected ' ~ problem.expected ~ '.') }}
{%- endmacro -%}
