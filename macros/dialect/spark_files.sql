{#-
    Files of a table, as scripts/commerce_marts/check finds and reads them for DuckDB, with Spark's own readers. The
    folder of a domain is read by tables of schema opened_<domain>: one lists the files, one has their lines, and one reads
    the CSV files of each layout. They go when the run ends.
-#}
{%- macro spark__raw_files_select(contract, names) -%}
{%- set files = raw_files_of(contract, names) -%}
{%- do check_headers(contract, files, names) -%}
{%- if not files -%}
    {%- set nulls = [] -%}
    {%- for name in contract.columns | map(attribute='name') | list + ['_source_file', '_delivery'] -%}
        {%- do nulls.append('cast(null as string) as ' ~ quoted_name(name)) -%}
    {%- endfor -%}
    {{ return('select ' ~ nulls | join(', ') ~ ' where false') }}
{%- endif -%}
{%- set readers = {} -%}
{%- for file in files -%}
    {#- Files of one layout share a reader: a year of daily files is one, not 365. -#}
    {%- set reader = file.columns | join('\n') if file.ending != '.parquet' else file.name.split('/')[0] -%}
    {%- do readers.setdefault(reader, []).append(file) -%}
{%- endfor -%}
{%- set columns = [] -%}
{%- set parts = [] -%}
{%- for of_reader in readers.values() -%}
    {%- set table = open_csv_files(contract, of_reader) if of_reader[0].ending != '.parquet' else open_parquet_files(contract, of_reader) -%}
    {%- set there = {} -%}
    {%- for column in adapter.get_columns_in_relation(table) -%}
        {%- set taken = column.name | lower in own_columns() -%}
        {%- set name = column.name ~ '_column' if taken else column.name -%}
        {%- do there.update({name | lower: column.name}) -%}
        {%- do columns.append(name) if name | lower not in columns | map('lower') -%}
    {%- endfor -%}
    {%- do parts.append({'table': table, 'files': of_reader, 'there': there}) -%}
{%- endfor -%}
{%- set selects = [] -%}
{%- for part in parts -%}
    {%- set values = [] -%}
    {%- for name in columns -%}
        {%- set own_name = part.there.get(name | lower) -%}
        {%- set value = 'cast(null as string)' if own_name is none else quoted_name(own_name) -%}
        {#- DuckDB reads "" as nothing too. -#}
        {%- set value = 'nullif(' ~ value ~ ", '')" if own_name is not none and part.files[0].ending != '.parquet' else value -%}
        {%- do values.append(value ~ ' as ' ~ quoted_name(name)) -%}
    {%- endfor -%}
    {%- set deliveries = [] -%}
    {%- for file in part.files -%}{%- do deliveries.extend([sql_text(file.name), sql_text(file.delivery)]) -%}{%- endfor -%}
    {%- set file_name = name_of_file(contract) -%}
    {%- do selects.append('select ' ~ values | join(', ') ~ ', ' ~ file_name ~ ' as _source_file, map(' ~ deliveries | join(', ')
        ~ ')[' ~ file_name ~ '] as _delivery from ' ~ part.table ~ ' where ' ~ file_name ~ ' in ' ~ sql_texts(part.files | map(attribute='name'))) -%}
{%- endfor -%}
{{ return(selects | join(' union all ')) }}
{%- endmacro -%}

{%- macro spark__raw_file_deliveries(contract) -%}
{{ return(raw_files_of(contract) | map(attribute='delivery') | list) }}
{%- endmacro -%}

{#- What note_deliveries() has found at the start of the run. -#}
{%- macro raw_files_of(contract, names=none) -%}
{%- set files = [] -%}
{%- for name, ending, delivery, layout, is_utf8 in run_query(
    'select name, ending, delivery, layout, is_utf8 from ' ~ ledger_table('there') ~ ' where domain = ' ~ sql_text(contract.domain)
    ~ ' and table_name = ' ~ sql_text(contract.table) ~ ' order by name').rows if names is none or name in names -%}
    {%- do files.append({
        'name': name, 'ending': ending, 'delivery': delivery or '', 'columns': layout.split('\n') if layout else [], 'is_utf8': is_utf8,
    }) -%}
{%- endfor -%}
{{ return(files) }}
{%- endmacro -%}

{%- macro spark__listed_raw_files(contract, taken) -%}
{%- set domain = contract.domain -%}
{%- if not modules.re.match('[A-Za-z0-9_./:@=-]+$', var('raw_dir')) -%}
    {%- do exceptions.raise_compiler_error(
        "raw_dir is '" ~ var('raw_dir') ~ "': on Spark it may have letters, digits and _ . / : @ = - only.") -%}
{%- endif -%}
{%- do adapter.create_schema(opened_files(domain)) -%}
{%- set listed = open_folder(domain, 'binaryFile') -%}
{%- set lines = open_folder(domain, 'text') -%}
{%- set listing = run_query(
    'select name, length, changed_at from (select ' ~ name_of_file(contract)
    ~ ' as name, length, cast(modificationTime as string) as changed_at from ' ~ listed ~ ') as files where name is not null order by name'
) -%}
{%- set files = [] -%}
{%- set stems = {} -%}
{%- set sizes = {} -%}
{%- for name, size, changed_at in listing.rows -%}
    {%- set base = name.split('/')[-1] -%}
    {%- set ending = modules.re.search('(?i)([.]csv|[.]csv[.]gz|[.]parquet)$', base).group(0) -%}
    {%- set stem = base[:base | length - ending | length] -%}
    {%- set folder = name[:name | length - base | length] -%}
    {%- set twin = stems.get((folder ~ stem) | lower) -%}
    {%- if twin -%}
        {%- do exceptions.raise_compiler_error(
            domain ~ '/' ~ name ~ ': expected one file of this name; there is ' ~ twin ~ '. Remove one of them.') -%}
    {%- endif -%}
    {%- do stems.update({(folder ~ stem) | lower: name}) -%}
    {%- do sizes.setdefault(size, []).append(name) -%}
    {%- do files.append({
        'name': name, 'ending': ending | lower, 'delivery': delivery_of_file(contract, stem), 'mark': size ~ '@' ~ changed_at,
        'columns': [], 'is_utf8': true, 'lines': 0,
    }) -%}
{%- endfor -%}
{#- A file that was taken is not read again. -#}
{%- set described = {} -%}
{%- set marks = {} -%}
{%- for file in files -%}{%- do marks.update({file.name: file.mark}) -%}{%- endfor -%}
{%- for name, mark, layout, lines_count, is_utf8 in taken if marks.get(name) == mark -%}
    {%- do described.update({
        name: {'columns': layout.split('\n') if layout else [], 'lines': lines_count, 'is_utf8': is_utf8},
    }) -%}
{%- endfor -%}
{%- set csv = [] -%}
{%- for file in files if file.ending != '.parquet' and file.name not in described -%}{%- do csv.append(file.name) -%}{%- endfor -%}
{%- if csv -%}
    {%- set first_lines = run_query(
        "select name, min_by(value, line) filter (where value <> '' and block_start = 0) as header, "
        ~ "count_if(trim(value) <> '') as lines_count, count_if(not is_valid_utf8(value)) as broken_lines from ("
        ~ "select name, trim(trailing '\r' from value) as value, block_start, monotonically_increasing_id() as line from ("
        ~ 'select ' ~ name_of_file(contract) ~ ' as name, value, _metadata.file_block_start as block_start from ' ~ lines
        ~ ' where ' ~ name_of_file(contract) ~ ' in ' ~ sql_texts(csv) ~ ') as all_lines) as numbered group by name'
    ) -%}
    {%- for name, header, lines_count, broken_lines in first_lines.rows -%}
        {%- do described.update({name: {'columns': names_in_header(header or ''), 'lines': lines_count, 'is_utf8': broken_lines == 0}}) -%}
    {%- endfor -%}
{%- endif -%}
{%- for file in files -%}{%- do file.update(described.get(file.name, {})) -%}{%- endfor -%}
{%- set copies = [] if contract.follows else earlier_copies(contract, listed, files, sizes) -%}
{{ return(files | rejectattr('name', 'in', copies) | list) }}
{%- endmacro -%}

{#- A table is <table>.csv, .csv.gz or .parquet in the domain's folder, or such files in a folder <table>. -#}
{%- macro name_of_file(contract) -%}
{%- set folder = raw_folder(contract.domain).split('/')[-2:] | join('/') | replace('.', '[.]') -%}
{%- set ending = '[.](csv|csv[.]gz|parquet)$' -%}
case
    when _metadata.file_path rlike {{ sql_text('/' ~ folder ~ '/(?i:' ~ contract.table ~ ')/[^/]+(?i:' ~ ending ~ ')') }}
        then concat(element_at(split(_metadata.file_path, '/'), -2), '/', _metadata.file_name)
    when _metadata.file_path rlike {{ sql_text('/' ~ folder ~ '/(?i:' ~ contract.table ~ ending ~ ')') }}
        then _metadata.file_name
end
{%- endmacro -%}

{#- The same as FoundFile.delivery of scripts/commerce_marts/check/found_files.py. -#}
{%- macro delivery_of_file(contract, stem) -%}
{%- set rest = modules.re.sub('^[_. -]+', '', stem[contract.table | length:]) if stem.lower().startswith(contract.table) else stem -%}
{%- set key = [] -%}
{%- for part in modules.re.split('([0-9]+)', rest) -%}
    {%- set digits = part.lstrip('0') -%}
    {%- do key.append('%03d' % (digits | length) ~ digits if loop.index0 % 2 else part) -%}
{%- endfor -%}
{{ return(key | join ~ '\t' ~ rest if rest else '') }}
{%- endmacro -%}

{%- macro names_in_header(line) -%}
{%- set names = [] -%}
{%- for quoted, plain in modules.re.findall('(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))', line.lstrip('\ufeff')) -%}
    {%- do names.append((quoted | replace('""', '"') if quoted else plain).strip()) -%}
{%- endfor -%}
{%- for _ in range(names | length) if names and not names[-1] -%}{%- do names.pop() -%}{%- endfor -%}
{{ return(names) }}
{%- endmacro -%}

{#- Of files that are equal byte by byte, only the last is read; files without a row stay. -#}
{%- macro earlier_copies(contract, listed, files, sizes) -%}
{%- set alike = [] -%}
{%- for names in sizes.values() if names | length > 1 -%}{%- do alike.extend(names) -%}{%- endfor -%}
{%- set candidates = [] -%}
{%- for file in files if file.name in alike and (file.lines > 1 or file.ending == '.parquet') -%}{%- do candidates.append(file) -%}{%- endfor -%}
{%- if not candidates -%}{{ return([]) }}{%- endif -%}
{%- set name = name_of_file(contract) -%}
{%- set digests = {} -%}
{%- for row in run_query('select ' ~ name ~ ', sha2(content, 256) from ' ~ listed ~ ' where ' ~ name ~ ' in '
    ~ sql_texts(candidates | map(attribute='name'))).rows -%}
    {%- do digests.update({row[0]: row[1]}) -%}
{%- endfor -%}
{%- set last = {} -%}
{%- set copies = [] -%}
{%- for file in candidates | sort(attribute='delivery,name', case_sensitive=true) -%}
    {%- do copies.append(last[digests[file.name]]) if digests[file.name] in last -%}
    {%- do last.update({digests[file.name]: file.name}) -%}
{%- endfor -%}
{{ return(copies) }}
{%- endmacro -%}

{%- macro check_headers(contract, files, names) -%}
{%- set problems = [] -%}
{%- if not files and names is none and not contract.optional -%}
    {%- do problems.append('expected a file ' ~ contract.table ~ '.csv, .csv.gz or .parquet, or a folder ' ~ contract.table ~ '/ of such files below ' ~ var('raw_dir') ~ '/' ~ contract.domain) -%}
{%- endif -%}
{%- for file in files if file.ending != '.parquet' -%}
    {%- set there = file.columns | map('lower') | list -%}
    {%- if not file.is_utf8 -%}
        {%- do problems.append(file.name ~ ': expected text in UTF-8') -%}
    {%- elif not there -%}
        {%- do problems.append(file.name ~ ', line 1: expected a header with the names of the columns; the file is empty') -%}
    {%- else -%}
        {%- for column in contract.columns -%}
            {%- set count = there | select('equalto', column.name) | list | length -%}
            {%- if count > 1 or not count and not column.may_be_missing -%}
                {%- do problems.append(file.name ~ ', line 1, column ' ~ column.name ~ ': expected one column of this name, in any letter case; found '
                    ~ file.columns | join(', ')) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endfor -%}
{%- if problems -%}{%- do exceptions.raise_compiler_error(contract.domain ~ ': ' ~ problems | join('\n')) -%}{%- endif -%}
{%- endmacro -%}

{%- macro raw_folder(domain) -%}{{ return(var('raw_dir').rstrip('/') ~ '/' ~ domain) }}{%- endmacro -%}

{%- macro open_folder(domain, format) -%}
{{ return(open_files(opened_files(domain, format | lower ~ '_files'), '', format, raw_folder(domain), {})) }}
{%- endmacro -%}

{#- A line that does not fit stops the run. -#}
{%- macro open_csv_files(contract, files) -%}
{%- set columns = [] -%}
{%- set taken = own_columns() -%}
{%- for name in files[0].columns -%}
    {%- set name = name ~ '_column_' ~ loop.index if not name or name | lower in taken else name -%}
    {%- do taken.append(name | lower) -%}
    {%- do columns.append(quoted_name(name) ~ ' string') -%}
{%- endfor -%}
{%- set table = opened_files(contract.domain, contract.table ~ '_csv_' ~ local_md5(columns | join(', '))) -%}
{{ return(open_files(table, '(' ~ columns | join(', ') ~ ')', 'csv', raw_folder(contract.domain), {
    'header': 'true', 'mode': 'FAILFAST', 'multiLine': 'true', 'escape': '"', 'columnPruning': 'false',
    'unescapedQuoteHandling': 'RAISE_ERROR', 'maxCharsPerColumn': '-1', 'maxColumns': '20480',
})) }}
{%- endmacro -%}

{%- macro open_parquet_files(contract, files) -%}
{%- set place = files[0].name.split('/')[0] -%}
{%- set table = opened_files(contract.domain, contract.table ~ '_parquet_' ~ local_md5(place)) -%}
{{ return(open_files(table, '', 'parquet', raw_folder(contract.domain) ~ '/' ~ place, {
    'mergeSchema': 'true', 'pathGlobFilter': '*.[pP][aA][rR][qQ][uU][eE][tT]',
})) }}
{%- endmacro -%}

{%- macro open_files(table, columns, format, path, options) -%}
{%- set given = ['path ' ~ sql_text(path), "recursiveFileLookup 'true'"] -%}
{%- for name, value in options.items() -%}{%- do given.append(name ~ ' ' ~ sql_text(value)) -%}{%- endfor -%}
{%- do run_query('drop table if exists ' ~ table) -%}
{%- do run_query('create table ' ~ table ~ ' ' ~ columns ~ ' using ' ~ format ~ ' options (' ~ given | join(', ') ~ ')') -%}
{{ return(table) }}
{%- endmacro -%}

{%- macro opened_files(domain, name=none) -%}
{{ return(api.Relation.create(schema=schema_name(opened_schema(domain)), identifier=name, type='table')) }}
{%- endmacro -%}
