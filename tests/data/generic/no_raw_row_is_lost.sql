{#- Rows in = rows staged + rows set aside, for the staging model of a raw table. -#}
{%- test no_raw_row_is_lost(model, domain, table) -%}
with

counts as (
    select
        (select count(*) from {{ raw_relation(domain, table) }}) as raw_rows_count,
        (select count(*) from {{ model }}) as staged_rows_count,
        (select count(*) from {{ set_aside_relation(model) }}) as set_aside_rows_count
)

select *
from counts
where raw_rows_count <> staged_rows_count + set_aside_rows_count
{%- endtest -%}
