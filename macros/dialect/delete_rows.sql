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
