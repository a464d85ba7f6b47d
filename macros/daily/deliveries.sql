{%- macro deliveries(contract, columns='name') -%}
{{ return('select ' ~ columns ~ ' from '
    ~ ledger_table('deliveries')
    ~ " where domain = '" ~ contract.domain ~ "' and table_name = '" ~ contract.table ~ "'") }}
{%- endmacro -%}

{%- macro changed_deliveries(contract) -%}
{{ return('(' ~ deliveries(contract) ~ " and change not in ('same', 'vanished'))") }}
{%- endmacro -%}

{%- macro changed_rows(contract) -%}
{%- set names = deliveries(contract) ~ " and change in ('new', 'changed')" -%}
{%- if var('raw_from') == 'tables' -%}
    {{ return(landed_rows(contract, names)) }}
{%- endif -%}
{{ return(raw_files_select(contract, run_query(names).columns[0].values())) }}
{%- endmacro -%}

{%- macro staged_relation(contract) -%}{{ return(relation_of_model(contract.staged_as)) }}{%- endmacro -%}

{%- macro relation_of_model(name) -%}
{%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ name] -%}
{{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias, type='table')) }}
{%- endmacro -%}
