{#-
    In place of dbt-spark's, which writes an apostrophe as it is and null as the text None. Rows go as
    literals, because a cluster does not see the file.
-#}
{%- macro spark__load_csv_rows(model, agate_table) -%}
{%- set columns = quoted_names(agate_table.column_names) -%}
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
