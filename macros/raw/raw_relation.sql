{%- macro raw_relation(domain, table) -%}
{%- if var('raw_from') == 'seeds' -%}
    {{ return(ref(domain ~ '__' ~ table)) }}
{%- endif -%}
{%- set relation = source('raw_' ~ domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- if execute and var('raw_from') == 'tables' and contract.optional
        and adapter.get_relation(relation.database, relation.schema, relation.identifier) is none -%}
    {{ return(empty_rows(contract)) }}
{%- endif -%}
{{ return(opened_relation(domain, table) if var('raw_from') == 'files' or build_var('incremental') and contract.transactions else relation) }}
{%- endmacro -%}

{%- macro empty_rows(contract) -%}
{%- set nulls = [] -%}
{%- for column in contract.columns -%}
    {%- do nulls.append('cast(null as ' ~ dbt.type_string() ~ ') as ' ~ quoted_name(column.name)) -%}
{%- endfor -%}
{{ return('(select ' ~ nulls | join(', ') ~ ' where false)') }}
{%- endmacro -%}

{%- macro opened_relation(domain, table=none) -%}
{{ return(api.Relation.create(
    database=target.database or none, schema=generate_schema_name(opened_schema(domain), none), identifier=table, type='view'
)) }}
{%- endmacro -%}
