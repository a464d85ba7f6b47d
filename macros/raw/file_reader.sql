{#-
    DuckDB's reader over files of one layout, the path in _source_file: file_reader(files, file_layout(file)).
    Every CSV value is text. Nothing is detected: left to itself DuckDB takes a line that begins with # for
    a comment, skips lines that look unlike the others, and may take a row for the header.
    more: further options, such as ', store_rejects = true'.
-#}
{%- macro file_reader(files, layout, more='') -%}
{%- set paths = [] -%}
{%- for file in files -%}{%- do paths.append(sql_text(literal_glob(file.path))) -%}{%- endfor -%}
{%- if layout == 'parquet' -%}
    {{ return('read_parquet([' ~ paths | join(', ') ~ "], union_by_name = true, filename = '_source_file')") }}
{%- endif -%}
{{ return('read_csv([' ~ paths | join(', ') ~ "], header = true, columns = {" ~ layout ~ '}, '
    ~ csv_options() ~ ", null_padding = false, strict_mode = true, filename = '_source_file'" ~ more ~ ')') }}
{%- endmacro -%}

{#- A row may be 16 MiB long; the buffer is DuckDB's own, twice that. -#}
{%- macro csv_options() -%}
{{ return("auto_detect = false, delim = ',', quote = '\"', escape = '\"', comment = '', skip = 0, "
    ~ "encoding = 'utf-8', max_line_size = 16777216, buffer_size = 33554432") }}
{%- endmacro -%}

{#- What two files must share to be read together: 'parquet', or a CSV's columns as DuckDB is told them. -#}
{%- macro file_layout(file) -%}
{%- if file.format == 'parquet' -%}{{ return('parquet') }}{%- endif -%}
{%- set columns = [] -%}
{%- for name in distinct_names(file.header) -%}
    {%- do columns.append(sql_text(name) ~ ": 'varchar'") -%}
{%- endfor -%}
{{ return(columns | join(', ')) }}
{%- endmacro -%}

{#-
    The first line of a CSV as a list of names, trimmed; at most 200. No file of a shop has so many.
    Read as one text first: to be told 200 columns takes DuckDB ten times as long, and only quotes need it.
-#}
{%- macro csv_header(path) -%}
{%- set one = csv_first_row(path, 1, csv_options() | replace("delim = ','", "delim = '\x01'") | replace("= '\"'", "= ''")) -%}
{%- if one and one[0] and '"' not in one[0] -%}
    {%- set names = one[0].split(',') -%}
{%- else -%}
    {%- set names = csv_first_row(path, 200, csv_options()) -%}
{%- endif -%}
{%- set trimmed_names = [] -%}
{%- set found = namespace(count=0) -%}
{%- for name in names -%}
    {%- do trimmed_names.append((name or '').strip()) -%}
    {%- if trimmed_names[-1] -%}{%- set found.count = loop.index -%}{%- endif -%}
{%- endfor -%}
{{ return(trimmed_names[:found.count]) }}
{%- endmacro -%}

{%- macro csv_first_row(path, columns_count, options) -%}
{%- set columns = [] -%}
{%- for number in range(columns_count) -%}{%- do columns.append("'c" ~ number ~ "': 'varchar'") -%}{%- endfor -%}
{%- set values = [] -%}
{%- for column in run_query(
    'select * from read_csv(' ~ sql_text(literal_glob(path)) ~ ', header = false, columns = {'
    ~ columns | join(', ') ~ '}, ' ~ options
    ~ ', null_padding = true, ignore_errors = true, strict_mode = false, parallel = false) limit 1'
).columns -%}
    {%- do values.extend(column.values()) -%}
{%- endfor -%}
{{ return(values) }}
{%- endmacro -%}

{#- The names in a header, made distinct: only a column that no contract knows can be without a name of its own. -#}
{%- macro distinct_names(names) -%}
{%- set distinct = [] -%}
{%- set taken = ['_source_file'] -%}
{%- for name in names -%}
    {%- set own = name if name and name | lower not in taken else name ~ '_column_' ~ loop.index -%}
    {%- do taken.append(own | lower) -%}
    {%- do distinct.append(own) -%}
{%- endfor -%}
{{ return(distinct) }}
{%- endmacro -%}
