{#- Makes the view raw_<domain>.<table> over a table's files (DuckDB's own readers). -#}
{%- macro open_raw_files(domain, table) -%}
{{ return(adapter.dispatch('open_raw_files', 'commerce_marts')(domain, table)) }}
{%- endmacro -%}

{%- macro default__open_raw_files(domain, table) -%}
{%- do exceptions.raise_compiler_error(
    'raw_from=files reads files with DuckDB; on ' ~ target.type ~ ' land the tables and use raw_from=tables.') -%}
{%- endmacro -%}

{%- macro duckdb__open_raw_files(domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set base = var('raw_dir').rstrip('/') ~ '/' ~ domain ~ '/' -%}
{%- set files = raw_files(base ~ table) -%}
{%- set relation = api.Relation.create(database=target.database, schema='raw_' ~ domain, identifier=table) -%}
{%- if not files and not contract.optional -%}
    {%- do exceptions.raise_compiler_error(
        domain ~ '.' ~ table ~ ': no file. Expected ' ~ base ~ table ~ '.csv or .parquet, or a folder '
        ~ base ~ table ~ '/ of such files. Put it there, or leave the domain out with --domains.') -%}
{%- elif not files -%}
    {%- set nulls = [] -%}
    {%- for name in (contract.columns | map(attribute='name') | list) + ['_source_file'] -%}
        {%- do nulls.append('cast(null as varchar) as ' ~ adapter.quote(name)) -%}
    {%- endfor -%}
    {%- do run_query('create or replace view ' ~ relation ~ ' as select ' ~ nulls | join(', ') ~ ' where false') -%}
{%- else -%}
    {%- set selects = [] -%}
    {%- for format in ['csv', 'parquet'] -%}
        {%- set of_format = [] -%}
        {%- for file in files if file.lower().endswith('.' ~ format) -%}
            {%- do of_format.append(file) -%}
        {%- endfor -%}
        {%- if of_format -%}
            {%- do check_file_columns(domain, table, of_format, format) -%}
            {%- do selects.append(
                'select * replace (substring(_source_file, ' ~ (base | length + 1) ~ ') as _source_file) from '
                ~ file_reader(of_format, format)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do run_query('create or replace view ' ~ relation ~ ' as ' ~ selects | join(' union all by name ')) -%}
{%- endif -%}
{%- endmacro -%}

{#- The sorted paths of a table's files: <stem>.csv, <stem>.parquet, <stem>/*.csv, <stem>/*.parquet. -#}
{%- macro raw_files(stem) -%}
{%- set globs = [] -%}
{%- for end in ['.csv', '.parquet', '/*.csv', '/*.parquet'] -%}
    {%- do globs.append('select file from glob(' ~ sql_text(stem ~ end) ~ ')') -%}
{%- endfor -%}
{{ return(run_query(globs | join(' union all ') ~ ' order by file').columns[0].values() | list) }}
{%- endmacro -%}

{#- A reader over files, every CSV value as text, the path in _source_file. -#}
{%- macro file_reader(files, format) -%}
{%- set paths = [] -%}
{%- for file in files -%}{%- do paths.append(sql_text(file)) -%}{%- endfor -%}
{%- if format == 'csv' -%}
    {{ return('read_csv([' ~ paths | join(', ') ~ "], header = true, all_varchar = true, delim = ',', quote = '\"', "
        ~ "escape = '\"', union_by_name = true, filename = '_source_file')") }}
{%- endif -%}
{{ return('read_parquet([' ~ paths | join(', ') ~ "], union_by_name = true, filename = '_source_file')") }}
{%- endmacro -%}

{#- Stops the run where one of the files lacks a contract column: union_by_name would fill it with null. -#}
{%- macro check_file_columns(domain, table, files, format) -%}
{%- for file in files -%}
    {%- set found = [] -%}
    {%- for column in run_query('describe select * from ' ~ file_reader([file], format)).columns[0].values() -%}
        {%- do found.append(column | lower) -%}
    {%- endfor -%}
    {%- for column in raw_contract(domain, table).columns if column.name not in found -%}
        {%- do exceptions.raise_compiler_error(
            domain ~ '.' ~ table ~ ': column ' ~ column.name ~ ' is missing in ' ~ file ~ '; found '
            ~ (found | reject('equalto', '_source_file') | join(', '))
            ~ '. Add the column; it may be empty unless the contract marks it `!`.') -%}
    {%- endfor -%}
{%- endfor -%}
{%- endmacro -%}
