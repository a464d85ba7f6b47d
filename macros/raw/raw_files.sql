{#-
    A table's files, sorted: <table>.csv, <table>.parquet, <table>/*.csv, <table>/*.parquet below
    raw_dir/<domain>, the ending in any letter case: [{path, name (below the domain's folder), format, header}, ...].
    names: only files of these names.
-#}
{%- macro raw_files(domain, table, names=none) -%}
{%- set base = raw_folder(domain) -%}
{%- set files = [] -%}
{%- for name in raw_file_names(domain, table) if names is none or name in names -%}
    {%- set format = 'csv' if name.lower().endswith('.csv') else 'parquet' -%}
    {%- do files.append({
        'path': base ~ name, 'name': name, 'format': format,
        'header': csv_header(base ~ name) if format == 'csv' else [],
    }) -%}
{%- endfor -%}
{{ return(files) }}
{%- endmacro -%}

{%- macro raw_file_names(domain, table) -%}
{%- set base = raw_folder(domain) -%}
{%- set globs = [] -%}
{%- for end in ['[cC][sS][vV]', '[pP][aA][rR][qQ][uU][eE][tT]'] -%}
    {%- for start in ['.', '/*.'] -%}
        {%- do globs.append('select file from glob(' ~ sql_text(literal_glob(base ~ table) ~ start ~ end) ~ ')') -%}
    {%- endfor -%}
{%- endfor -%}
{%- set names = [] -%}
{%- for path in run_query(globs | join(' union all ') ~ ' order by file').columns[0].values() -%}
    {%- do names.append(path[base | length:]) -%}
{%- endfor -%}
{{ return(names) }}
{%- endmacro -%}

{#-
    The same files with the header of a Parquet file, which none needs to read it: [(name, type), ...].
    In one query: to open a year of daily files one by one takes a hundred times as long.
-#}
{%- macro described_files(files) -%}
{%- set paths = [] -%}
{%- for file in files if file.format == 'parquet' -%}{%- do paths.append(sql_text(literal_glob(file.path))) -%}{%- endfor -%}
{%- if not paths -%}{{ return(files) }}{%- endif -%}
{%- set headers = {} -%}
{%- set inner = namespace(count=0) -%}
{%- set columns = run_query(
    'select file_name, column_id, name, duckdb_type, coalesce(num_children, 0) as children_count'
    ~ ' from parquet_schema([' ~ paths | join(', ') ~ ']) order by file_name, column_id'
).columns -%}
{%- set ids = columns[1].values() -%}
{%- set names = columns[2].values() -%}
{%- set types = columns[3].values() -%}
{%- set children_counts = columns[4].values() -%}
{#- A file's columns stand below a root, and what a nested one consists of below it. -#}
{%- for path in columns[0].values() -%}
    {%- set index = loop.index0 -%}
    {%- if ids[index] == 0 -%}
        {%- do headers.update({path: []}) -%}
    {%- elif inner.count == 0 -%}
        {%- do headers[path].append((names[index], types[index])) -%}
        {%- set inner.count = children_counts[index] -%}
    {%- else -%}
        {%- set inner.count = inner.count - 1 + children_counts[index] -%}
    {%- endif -%}
{%- endfor -%}
{%- set described = [] -%}
{%- for file in files -%}
    {%- do described.append(dict(file, header=headers[file.path]) if file.format == 'parquet' else file) -%}
{%- endfor -%}
{{ return(described) }}
{%- endmacro -%}

{%- macro raw_folder(domain) -%}
{{ return(var('raw_dir').rstrip('/') ~ '/' ~ domain ~ '/') }}
{%- endmacro -%}

{#- A path as a pattern that means only itself: DuckDB expands [, * and ? wherever it takes a path. -#}
{%- macro literal_glob(path) -%}
{{ return(path | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]')) }}
{%- endmacro -%}

{#- One select over a table's files: all columns by name, and the file's name in _source_file. more: see file_reader(). -#}
{%- macro raw_files_select(domain, table, files, more='') -%}
{%- set selects = [] -%}
{%- if not files -%}
    {%- set nulls = [] -%}
    {%- for column in raw_contract(domain, table).columns -%}
        {%- do nulls.append('cast(null as varchar) as ' ~ adapter.quote(column.name)) -%}
    {%- endfor -%}
    {%- do selects.append('select ' ~ nulls | join(', ') ~ ', cast(null as varchar) as _source_file where false') -%}
{%- endif -%}
{#- Files of one layout share a reader: a year of daily files is one, not 365. -#}
{%- set readers = {} -%}
{%- for file in files -%}
    {%- do readers.setdefault(file_layout(file), []).append(file) -%}
{%- endfor -%}
{%- for layout, alike in readers.items() -%}
    {%- do selects.append(
        'select * replace (substring(_source_file, ' ~ (raw_folder(domain) | length + 1)
        ~ ') as _source_file) from ' ~ file_reader(alike, layout, more)) -%}
{%- endfor -%}
{{ return(selects | join(' union all by name ')) }}
{%- endmacro -%}
