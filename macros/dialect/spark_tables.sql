{#-
    In place of dbt-spark's. Spark's rank(), datediff() and count of days are int where the contract says bigint, so
    a model is cast to its contract here; DuckDB compares the types.
-#}
{%- macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
{{ 'create or replace temporary view' if temporary else create_or_replace_table() }} {{ relation }}
{%- if not temporary %}
{{ file_format_clause() }}
{{ partition_cols(label='partitioned by') }}
{{ location_clause() }}
{{ comment_clause() }}
{%- endif %}
as
{{ in_contract_types(compiled_code) }}
{%- endmacro -%}

{#- Only Delta replaces a table; of other formats it was dropped before. -#}
{%- macro create_or_replace_table() -%}
{{ return('create or replace table' if config.get('file_format') == 'delta' else 'create table') }}
{%- endmacro -%}

{%- macro spark__create_view_as(relation, sql) -%}
create or replace view {{ relation }}
{{ comment_clause() }}
as
{{ in_contract_types(sql) }}
{%- endmacro -%}

{%- macro in_contract_types(sql) -%}
{%- if not config.get('contract').enforced -%}{{ return(sql) }}{%- endif -%}
{%- set columns = [] -%}
{%- for column in model.columns.values() -%}
    {%- set name = quoted_name(column.name) -%}
    {%- do columns.append('cast(' ~ name ~ ' as ' ~ column.data_type ~ ') as ' ~ name) -%}
{%- endfor -%}
{{ return('select\n    ' ~ columns | join(',\n    ') ~ '\nfrom (\n' ~ sql ~ '\n) as model_rows') }}
{%- endmacro -%}

{#- Data tests hold what is not null; a constraint would be one more commit of Delta for each column. -#}
{%- macro spark__persist_constraints(relation, model) -%}{%- endmacro -%}

{#- One commit for all columns. Only Delta takes several at once. -#}
{%- macro spark__alter_column_comment(relation, column_dict) -%}
{%- set comments = [] -%}
{%- for name, column in column_dict.items() if column.description -%}
    {%- do comments.append(quoted_name(name) ~ ' comment ' ~ sql_text(column.description)) -%}
{%- endfor -%}
{%- if comments and relation.is_table and config.get('file_format') == 'delta' -%}
    {%- do run_query('alter table ' ~ relation ~ ' alter column ' ~ comments | join(', ')) -%}
{%- endif -%}
{%- endmacro -%}

{%- macro spark__comment_clause() -%}
{%- if config.get('persist_docs', {}).get('relation') and model.description -%}comment {{ sql_text(model.description) }}{%- endif -%}
{%- endmacro -%}
