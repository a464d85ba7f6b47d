{#-
    In place of dbt-spark's, which writes an apostrophe as it is and null as the text None. A session (the target spark) reads the
    file itself; a cluster does not see it, so the rows go there as literals.
-#}
{%- macro spark__load_csv_rows(model, agate_table) -%}
{%- set columns = quoted_names(agate_table.column_names) -%}
{%- if target.name == 'spark' -%}
    {%- set view = model.alias ~ '__csv' -%}
    {%- set types = [] -%}
    {%- for name in agate_table.column_names -%}{%- do types.append(quoted_name(name) ~ ' string') -%}{%- endfor -%}
    {%- do run_query('create or replace temporary view ' ~ view ~ ' (' ~ types | join(', ') ~ ') using csv options ('
        ~ 'path ' ~ sql_text(model.root_path ~ '/' ~ model.original_file_path)
        ~ ", header 'true', multiLine 'true', escape '\"', mode 'FAILFAST')") -%}
    {%- set sql = 'insert into ' ~ this ~ ' (' ~ columns ~ ') select ' ~ seed_values(model, agate_table) ~ ' from ' ~ view -%}
    {%- do run_query(sql) -%}
    {%- do run_query('drop view ' ~ view) -%}
    {{ return(sql) }}
{%- endif -%}
{%- for rows in agate_table.rows | batch(2000) -%}
    {%- set literals = [] -%}
    {%- for row in rows -%}
        {%- set values = [] -%}
        {%- for value in row -%}{%- do values.append('null' if value is none else sql_text(value)) -%}{%- endfor -%}
        {%- do literals.append('(' ~ values | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- do adapter.add_query('insert into ' ~ this ~ ' (' ~ columns ~ ') select ' ~ seed_values(model, agate_table)
        ~ ' from values ' ~ literals | join(', ') ~ ' as rows (' ~ columns ~ ')', abridge_sql_log=True) -%}
{%- endfor -%}
{{ return('') }}
{%- endmacro -%}

{%- macro seed_values(model, agate_table) -%}
{%- set values = [] -%}
{%- for name in agate_table.column_names -%}
    {%- set type = model.config.column_types.get(name) or adapter.convert_type(agate_table, loop.index0) -%}
    {%- do values.append('cast(' ~ quoted_name(name) ~ ' as ' ~ type ~ ')') -%}
{%- endfor -%}
{{ return(values | join(', ')) }}
{%- endmacro -%}
