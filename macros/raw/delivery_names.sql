{%- macro delivery_names(domain, table) -%}
{%- set contract = raw_contract(domain, table) -%}
{%- set names = ['there is no delivery'] -%}
{%- if execute and var('raw_from') == 'tables' and var('tables_hold_deliveries') -%}
    {%- do names.extend(run_query('select distinct ' ~ load_name() ~ ' from (' ~ landed_rows(contract) ~ ') as landed_rows').columns[0].values()) -%}
{%- elif execute and var('raw_from') == 'files' -%}
    {%- do names.extend(raw_file_deliveries(contract)) -%}
{%- endif -%}
{{ return(sql_texts(names)) }}
{%- endmacro -%}

{%- macro follows_whole_orders(domain, table) -%}
{%- set followed = raw_contract(domain, raw_contract(domain, table).follows) -%}
{%- set has_deliveries = var('raw_from') == 'files' or var('raw_from') == 'tables' and var('tables_hold_deliveries') -%}
{{ return(has_deliveries and is_delivered_whole(followed)) }}
{%- endmacro -%}
