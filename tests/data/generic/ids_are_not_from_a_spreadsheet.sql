{#-
    Ids of orders that a spreadsheet has written as numbers: 1.23457E+15 stands for many ids.
-#}
{%- test ids_are_not_from_a_spreadsheet(model, domain, table, id) -%}
{{ config(severity='warn') }}
select
    '{{ domain }}' as domain,
    '{{ table }}' as table_name,
    {{ id }} as id,
    count(*) as rows_count
from {{ model }}
where {{ matches(id, '^[0-9]([.,][0-9]+)?[eE][+]?[0-9]+$') }}
group by {{ id }}
{%- endtest -%}
