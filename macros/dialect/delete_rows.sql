{%- macro delete_rows(relation, columns, keys, only='') -%}
{{ return(adapter.dispatch('delete_rows', 'commerce_marts')(relation, columns, keys, only)) }}
{%- endmacro -%}

{%- macro default__delete_rows(relation, columns, keys, only) -%}
delete from {{ relation }}
where {{ only ~ ' and ' if only }}{{ '(' ~ columns | join(', ') ~ ')' if columns | length > 1 else columns[0] }} in {{ keys }}
{%- endmacro -%}

{#- Delta refuses a subquery in a DELETE. -#}
{%- macro spark__delete_rows(relation, columns, keys, only) -%}
{%- set names = [] -%}
{%- set conditions = [only] if only else [] -%}
{%- for column in columns -%}
    {%- do names.append('key_' ~ loop.index) -%}
    {%- do conditions.append('changed_rows.' ~ column ~ ' = key_' ~ loop.index) -%}
{%- endfor -%}
merge into {{ relation }} as changed_rows
using (select distinct * from {{ keys }} as found_keys ({{ names | join(', ') }})) as keys
on {{ conditions | join(' and ') }}
when matched then delete
{%- endmacro -%}

{%- macro delete_rows_where(relation, condition) -%}
{{ return(adapter.dispatch('delete_rows_where', 'commerce_marts')(relation, condition)) }}
{%- endmacro -%}

{%- macro default__delete_rows_where(relation, condition) -%}
delete from {{ relation }}
where {{ condition }}
{%- endmacro -%}

{#- A condition may have any subqueries, so its rows are found first. Rows that are equal go together. -#}
{%- macro spark__delete_rows_where(relation, condition) -%}
{%- set conditions = [] -%}
{%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- set name = quoted_name(column.name) -%}
    {%- do conditions.append('changed_rows.' ~ name ~ ' <=> found_rows.' ~ name) -%}
{%- endfor -%}
merge into {{ relation }} as changed_rows
using (select distinct * from {{ relation }} where {{ condition }}) as found_rows
on {{ conditions | join(' and ') }}
when matched then delete
{%- endmacro -%}
