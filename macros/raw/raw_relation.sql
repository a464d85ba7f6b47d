{#-
    The relation behind raw(): the seed, the view that open_raw() made, or the landed table;
    an empty select for an optional table that was not landed.
-#}
{%- macro raw_relation(domain, table) -%}
{%- if var('raw_from') == 'seeds' -%}
    {{ return(ref(domain ~ '__' ~ table)) }}
{%- endif -%}
{%- set relation = source('raw_' ~ domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- if not execute or var('raw_from') != 'tables' or not contract.optional
        or adapter.get_relation(relation.database, relation.schema, relation.identifier) is not none -%}
    {{ return(opened_relation(domain, table) if var_of_the_moment('incremental') and contract.transactions else relation) }}
{%- endif -%}
{{ return(empty_rows(contract)) }}
{%- endmacro -%}

{#- The columns of a table that was not delivered, without a row. -#}
{%- macro empty_rows(contract) -%}
{%- set nulls = [] -%}
{%- for column in contract.columns -%}
    {%- do nulls.append('cast(null as ' ~ dbt.type_string() ~ ') as ' ~ adapter.quote(column.name)) -%}
{%- endfor -%}
{{ return('(select ' ~ nulls | join(', ') ~ ' where false)') }}
{%- endmacro -%}
