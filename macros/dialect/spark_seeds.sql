{#-
    In place of dbt-spark's, which writes an apostrophe as it is and null as the text None. Rows go within the
    statement, because a cluster does not see the file; as JSON, because Spark takes long to read many literals.
-#}
{%- macro spark__load_csv_rows(model, agate_table) -%}
{%- set columns = quoted_names(agate_table.column_names) -%}
{%- set fields = [] -%}
{%- for name in agate_table.column_names -%}{%- do fields.append(quoted_name(name) ~ ': string') -%}{%- endfor -%}
{%- set type = sql_text('array<struct<' ~ fields | join(', ') ~ '>>') -%}
{%- for rows in agate_table.rows | batch(2000) -%}
    {%- set texts = [] -%}
    {%- for row in rows -%}{%- do texts.append(row.dict()) -%}{%- endfor -%}
    {%- do adapter.add_query('insert into ' ~ this ~ ' (' ~ columns ~ ') select ' ~ seed_values(model, agate_table)
        ~ ' from (select inline(from_json(' ~ sql_text(tojson(texts)) ~ ', ' ~ type ~ '))) as rows', abridge_sql_log=True) -%}
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
