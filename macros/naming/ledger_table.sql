{%- macro ledger_table(name) -%}
{{ return(api.Relation.create(
    database=target.database or none, schema=generate_schema_name('ledger', none), identifier=name, type='table'
)) }}
{%- endmacro -%}
