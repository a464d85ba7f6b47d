{%- macro ledger_table(name) -%}
{{ return(api.Relation.create(
    database=target.database or none, schema=schema_name('ledger'), identifier=name, type='table'
)) }}
{%- endmacro -%}
